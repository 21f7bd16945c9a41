package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of results in the repository is what its results give. */
class ResultsPageFilesTest {
  private static final String REMEDY =
      "write it anew: ./compacter4j results docs/results --page --out docs/results.md";
  private static final Path DOCS = Home.folder().orElseThrow().resolve("docs");
  private static final Pattern LABEL = Pattern.compile(">([^<>]+)</text>");

  @TempDir Path folder;

  @Test
  void docsResultsIsUpToDate() throws IOException {
    Path page = folder.resolve("results.md");
    Answer answer =
        here("results", DOCS.resolve("results").toString(), "--page", "--out", page.toString());
    assertEquals("", answer.err());
    assertEquals(Files.readString(page), Files.readString(DOCS.resolve("results.md")), REMEDY);
    Map<String, List<String>> figures = labels(folder);
    assertFalse(figures.isEmpty());
    assertEquals(figures, labels(DOCS), REMEDY);
  }

  /** README shows rows of the page's tables, from {@code | method |} on, as they are there. */
  @Test
  void readmeShowsRowsOfThePage() throws IOException {
    List<String> page = Files.readAllLines(DOCS.resolve("results.md"));
    List<String> rows =
        Files.readAllLines(DOCS.resolveSibling("README.md")).stream()
            .dropWhile(line -> !line.startsWith("| method | trained %"))
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertTrue(rows.size() > 4, rows::toString);
    rows.forEach(row -> assertTrue(page.contains(row), "not in docs/results.md: " + row));
  }

  /** All that is written in each figure; where it stands depends on the system's text layout. */
  private static Map<String, List<String>> labels(Path parent) throws IOException {
    Map<String, List<String>> labels = new TreeMap<>();
    try (Stream<Path> files = Files.list(parent.resolve("results/figures"))) {
      for (Path file : files.toList()) {
        labels.put(
            file.getFileName().toString(),
            LABEL.matcher(Files.readString(file)).results().map(m -> m.group(1)).toList());
      }
    }
    return labels;
  }
}
