package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.TorchPython;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that shows a chart of each executed chapter. */
class PicturesTest {
  private static final String BEGIN =
      "<!-- pictures: written by ./compacter4j notebooks --pictures; changes would be lost -->";
  private static final String END = "<!-- end of pictures -->";
  private static final byte[] PNG = {1, 2, 3};

  @TempDir Path folder;
  private Path page;

  @BeforeEach
  void page() throws IOException {
    page = folder.resolve("page.md");
    Files.writeString(page, "before\n" + BEGIN + "\nold\n" + END + "\nafter\n");
  }

  private void execute(String name, String tag, String svg) {
    Map<String, Object> chart =
        Map.of(
            "image/svg+xml",
            svg,
            "image/png",
            Base64.getEncoder().encodeToString(PNG),
            "text/plain",
            "Chart \"" + name + "\": a, b");
    Map<String, Object> heading =
        Map.of("cell_type", "markdown", "metadata", Map.of(), "source", List.of("# 1. Title\n"));
    Map<String, Object> cell =
        Map.of(
            "cell_type",
            "code",
            "metadata",
            Map.of("tags", List.of(tag)),
            "source",
            "x",
            "outputs",
            List.of(Map.of("output_type", "display_data", "data", chart)));
    Json.write(folder.resolve(name + ".ipynb"), Map.of("cells", List.of(heading, cell)));
  }

  private TorchPython.Answer take(String... chapters) throws Exception {
    Path script = Home.folder().orElseThrow().resolve("src/main/launch/pictures.py");
    Object[] arguments = new Object[3 + chapters.length];
    System.arraycopy(new Object[] {script, folder, page}, 0, arguments, 0, 3);
    System.arraycopy(chapters, 0, arguments, 3, chapters.length);
    return TorchPython.run(List.of("json"), folder, arguments);
  }

  @Test
  void smallChartsStayVectorsAndLargeOnesBecomePoints() throws Exception {
    execute("a", "picture", "<svg/>");
    execute("b", "picture", "x".repeat(100_000));
    TorchPython.Answer answer = take("notebooks/a.ipynb", "notebooks/b.ipynb");
    assertEquals(0, answer.status(), answer.errors());
    assertEquals("<svg/>", Files.readString(folder.resolve("pictures/a.svg")));
    assertArrayEquals(PNG, Files.readAllBytes(folder.resolve("pictures/b.png")));
    String shown = Files.readString(page);
    assertTrue(shown.startsWith("before\n" + BEGIN) && shown.endsWith(END + "\nafter\n"), shown);
    assertTrue(shown.contains("### 1. Title\n\n![Chart \"a\": a, b](pictures/a.svg)\n"), shown);
    assertFalse(shown.contains("old"), shown);
  }

  @Test
  void aChapterWithoutChartIsNamedAndThePageStays() throws Exception {
    String before = Files.readString(page);
    execute("a", "other", "<svg/>");
    for (String chapter : List.of("a", "absent")) {
      TorchPython.Answer answer = take("notebooks/" + chapter + ".ipynb");
      assertEquals(1, answer.status());
      assertTrue(answer.errors().contains(chapter), answer.errors());
    }
    assertEquals(before, Files.readString(page));
  }

  /** Each chapter has one cell whose chart the page shows. */
  @Test
  void everyChapterHasItsPicture() throws IOException {
    try (var files = Files.list(Home.folder().orElseThrow().resolve("notebooks"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".ipynb")).toList()) {
        assertEquals(
            1, Files.readString(file).split("\"picture\"", -1).length - 1, file.toString());
      }
    }
  }
}
