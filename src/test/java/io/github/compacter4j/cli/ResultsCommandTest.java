package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.github.compacter4j.results.ResultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultsCommandTest {
  private static final String COMPACTER = "compacter++[n=4,rank=1,reduction=8]";

  @TempDir Path folder;
  private ResultFixture fixture;

  @BeforeEach
  void runs() {
    fixture = new ResultFixture(folder);
    fixture.sst2("full", 1, 76);
    fixture.sst2(COMPACTER, 1, 74);
  }

  private Answer results(String... options) {
    List<String> all = new ArrayList<>(List.of("results", folder.toString()));
    all.addAll(List.of(options));
    return here(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "text;full                                   100.000          76.00      1",
        "md;| full | 100.000 | **76.00** | 1 |",
        "latex;full & 100.000 & \\textbf{76.00} & 1 \\\\",
        "csv;full,100.000,76.00,1",
        "html;>76.00</td>"
      })
  void everyFormat(String format, String expected) {
    Answer answer = results("--format", format);
    assertEquals(0, answer.status(), answer.err());
    assertTrue(answer.out().contains(expected), answer.out());
    assertEquals("", answer.err());
  }

  @Test
  void jsonHasARowARowOfTheTable() {
    JsonNode board = results("--json").json();
    assertEquals(3, board.size());
    assertEquals(DoubleNode.valueOf(76), board.get(0).required("sst2 accuracy"));
    assertTrue(board.get(0).required("sst2 accuracy sd").isNull(), board.toString());
    assertEquals(IntNode.valueOf(1), board.get(0).required("sst2 accuracy seeds"));
    assertEquals(IntNode.valueOf(1), board.get(0).required("seeds"));
    assertEquals(DoubleNode.valueOf(100), board.get(0).required("trained %"));
    assertEquals("majority class", board.get(2).required("method").asText());
    assertTrue(board.get(2).required("trained %").isNull(), board.toString());
    JsonNode settings = results("--by", "setting", "--json").json();
    assertEquals(76, settings.get(0).required("mean").asDouble());
    assertEquals(1, settings.get(0).required("seeds").asInt());
    assertTrue(settings.get(0).required("sd").isNull(), settings.toString());
    assertEquals(2, results("--by", "run", "--json").json().size());
    JsonNode paper = results("--paper", "glue", "--json").json();
    assertEquals(DoubleNode.valueOf(93.81), paper.get(1).required("paper"));
    assertTrue(paper.get(1).required("training rows").isNumber(), paper.toString());
    assertEquals(74, paper.get(1).required("ours").asDouble());
    JsonNode pairs = results("--compare", "full", "compacter++", "--json").json();
    assertEquals(-2, pairs.get(0).required("difference").asDouble());
    JsonNode efficiency = results("--paper", "efficiency", "--json").json();
    assertEquals(0.8, efficiency.get(1).required("our time").asDouble());
    assertEquals(DoubleNode.valueOf(0.705), efficiency.get(1).required("paper's memory"));
    assertTrue(efficiency.get(0).required("printed memory change %").isNull());
    JsonNode validation = results("--split", "validation", "--json").json();
    assertEquals(board, validation);
    JsonNode best = results("--best-over", "reduction", "--by", "setting", "--json").json();
    assertEquals("compacter++[n=4,rank=1]", best.get(1).required("method").asText());
  }

  @Test
  void jsonHoldsTheStatisticsOfSeedsAsNumbers() {
    fixture.sst2("full", 2, 78);
    JsonNode rows = results("--json").json();
    assertEquals(DoubleNode.valueOf(77), rows.get(0).required("sst2 accuracy"));
    assertEquals(Math.sqrt(2), rows.get(0).required("sst2 accuracy sd").asDouble(), 1e-12);
    assertEquals(IntNode.valueOf(2), rows.get(0).required("seeds"));
    assertEquals(IntNode.valueOf(1), rows.get(1).required("seeds"));
  }

  @Test
  void damagedRunsAreNamedOnStandardError() throws IOException {
    Path damaged = fixture.sst2("full", 2, 70);
    Files.writeString(damaged, "{\"schema\" : 1");
    Answer answer = results("--json");
    assertEquals(3, answer.json().size());
    assertTrue(answer.err().startsWith("compacter4j: left out: " + damaged + ": "), answer.err());
    assertEquals(1, answer.err().lines().count(), answer.err());
    String line = here("results", damaged.toString()).errorLine(1);
    assertTrue(line.contains(damaged.toString()), line);
  }

  @Test
  void writesAPageWithTheNotesBesideTheRuns() throws IOException {
    Files.writeString(folder.resolve("README.md"), "Notes of ours.\n");
    Path page = folder.resolve("page.md");
    Answer answer = results("--page", "--out", page.toString());
    assertEquals("", answer.out() + answer.err());
    String text = Files.readString(page);
    assertTrue(text.contains("\n\nNotes of ours.\n\n"), text);
    assertTrue(text.endsWith("speed.\n"), text);
    assertEquals(text, results("--page").out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--json --format md;--json",
        "--page --format md;--page",
        "--by run --split test;--split",
        "--split train;expected validation or test",
        "--split tset;did you mean 'test'",
        "--by run --page;mutually exclusive",
        "--paper gleu;did you mean 'glue'",
        "--format xml;known: text md latex csv html",
        "--by runs;did you mean 'run'",
        "--best-over reductoin;did you mean 'reduction'",
        "--compare full;compare",
        "--compare full bitfit --compare full norms;takes two methods, once",
        "--compare full compactor;did you mean 'compacter'"
      })
  void wrongUsageIsOneLine(String options, String expected) {
    String line = results(options.split(" ")).errorLine(2);
    assertTrue(line.contains(expected), line);
  }

  @Test
  void severalTablesAreNoCsv() {
    fixture.sst2("full", 1, 70, Map.of("/precision", "bf16"));
    String line = results("--format", "csv").errorLine(1);
    assertTrue(line.contains("found 2") && line.contains("--by setting"), line);
    assertEquals(5, results("--json").json().size());
  }
}
