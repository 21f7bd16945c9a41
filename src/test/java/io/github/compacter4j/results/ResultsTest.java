package io.github.compacter4j.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.paper.Benchmark;
import io.github.compacter4j.paper.Paper;
import io.github.compacter4j.paper.TaskMetric;
import io.github.compacter4j.tasks.find.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.Table;

class ResultsTest {
  private static final String COMPACTER = "compacter++[n=4,rank=1,reduction=8]";

  @TempDir Path folder;
  private ResultFixture fixture;

  @BeforeEach
  void fixture() {
    fixture = new ResultFixture(folder);
  }

  private Results results() {
    return Results.in(folder.toString());
  }

  private static List<String> column(Table table, String name) {
    return IntStream.range(0, table.rowCount()).mapToObj(r -> table.getString(r, name)).toList();
  }

  @Test
  void seedsAreAveragedAtAnyDepth() throws IOException {
    fixture.sst2("full", 1, 70);
    fixture.sst2("full", 2, 72);
    Path deep = folder.resolve("a/b/c");
    Files.createDirectories(deep);
    Files.move(fixture.sst2("full", 3, 77), deep.resolve("result.json"));
    Table table = results().overSeeds();
    assertEquals(1, table.rowCount());
    assertEquals(3, table.intColumn("seeds").get(0));
    assertEquals(73, table.doubleColumn("mean").get(0));
    assertEquals(72, table.doubleColumn("median").get(0));
    assertEquals("3.61", table.getString(0, "sd"));
    assertEquals("60.00", table.getString(0, "majority class"));
    assertEquals(73 - 4.302652729749464 * Math.sqrt(13 / 3.0), lowOf(table), 1e-6);
    assertEquals(3, results().runs().rowCount());
  }

  private static double lowOf(Table table) {
    return table.doubleColumn("low").get(0);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "/spec, compacter++[n=4;rank=1;reduction=16]",
    "/model/sha256, 0000",
    "/protocol/learningRate, 0.5",
    "/protocol/name, paper",
    "/precision, bf16",
    "/decode, labels",
    "/data/trainRows, 100",
    "/data/sha256/train.tsv, bb",
    "/task, mrpc"
  })
  void unlikeRunsAreNeverAveraged(String pointer, String value) {
    fixture.sst2(COMPACTER, 1, 70);
    fixture.sst2(COMPACTER, 2, 80, Map.of(pointer, value.replace(';', ',')));
    Table table = results().overSeeds();
    assertEquals(List.of("70.00", "80.00"), column(table, "mean"));
    assertEquals(List.of("1", "1"), column(table, "seeds"));
    long cells =
        results().boards().stream()
            .map(Board::table)
            .flatMap(board -> board.columns().stream())
            .flatMap(column -> List.of(column.asStringColumn().asObjectArray()).stream())
            .filter(cell -> cell.equals("70.00") || cell.equals("80.00"))
            .count();
    assertEquals(2, cells, "each in a cell of its own");
  }

  @Test
  void whatIsDamagedIsNamedAndTheRestRead() throws IOException {
    fixture.sst2("full", 1, 70);
    Path cut = fixture.sst2("full", 2, 71);
    String text = Files.readString(cut);
    Files.writeString(cut, text.substring(0, text.length() / 2));
    Path empty = fixture.sst2("full", 3, 71);
    Files.writeString(empty, "");
    Path bare = fixture.sst2("full", 4, 71);
    Files.writeString(bare, text.replaceFirst(",\"sha256\":\"[^\"]*\"", ""));
    Path newer = fixture.sst2("full", 5, 71, Map.of("/schema", 2));
    Path unlike = fixture.sst2("full", 6, 71, Map.of("/test/metrics", Map.of("f1", 3)));
    Path spec = fixture.sst2("full", 7, 71, Map.of("/spec", "full[n"));
    Map<String, Double> without = new HashMap<>();
    without.put("accuracy", null);
    Path none = fixture.sst2("full", 8, 71, Map.of("/test/metrics", without));
    Path future = fixture.sst2("full", 9, 71);
    Files.writeString(future, Files.readString(future).replaceFirst("\\{", "{\"futureField\": 1,"));
    Path running = Files.createDirectory(folder.resolve("running"));
    Files.writeString(running.resolve("config.json"), "{}");
    Results results = results();
    assertEquals(1, results.size());
    List<String> problems = results.problems();
    assertEquals(9, problems.size(), problems.toString());
    assertTrue(problems.get(0).startsWith(cut + ": cannot be read: line 1"));
    assertEquals(empty + ": schema is missing", problems.get(1));
    assertEquals(bare + ": model/sha256 is missing", problems.get(2));
    assertEquals(newer + ": schema is 2, this version reads 1", problems.get(3));
    assertTrue(problems.get(4).startsWith(unlike + ": expected the same metrics"));
    assertTrue(problems.get(5).startsWith(spec + ": method 'full[n': expected"));
    assertEquals(none + ": test accuracy is null, expected a number", problems.get(6));
    assertEquals(
        future + ": cannot be read: unknown field futureField, perhaps of a newer version",
        problems.get(7));
    assertEquals(running + ": this run has no result yet", problems.get(8));
    assertTrue(results.toString().contains(cut.toString()));
  }

  @Test
  void nothingReadableIsAnError() throws IOException {
    UserException nothing = assertThrows(UserException.class, this::results);
    assertTrue(nothing.getMessage().contains(folder.toString()), nothing.getMessage());
    Files.writeString(fixture.sst2("full", 1, 70), "{");
    UserException damaged = assertThrows(UserException.class, this::results);
    assertTrue(damaged.getMessage().contains("run-001"), damaged.getMessage());
    String nowhere = folder.resolve("nowhere").toString();
    UserException missing = assertThrows(UserException.class, () -> Results.in(nowhere));
    assertTrue(missing.getMessage().startsWith(nowhere), missing.getMessage());
  }

  @Test
  void aSeedCountsOnce() {
    Path first = fixture.sst2("full", 1, 70);
    Path copy = fixture.sst2("full", 1, 71);
    fixture.sst2("full", 1, 72, Map.of("/data/seed", 43));
    Results results = results();
    assertEquals("2", results.overSeeds().getString(0, "seeds"));
    assertEquals("71.00", results.overSeeds().getString(0, "mean"));
    assertEquals(List.of(copy + ": same settings and seed as " + first), results.problems());
  }

  @Test
  void filesOfOlderVersionsLackTheMajority() {
    Map<String, Object> older = new HashMap<>();
    older.put("/majority", null);
    older.put("/precision", null);
    fixture.sst2("full", 1, 70, older);
    assertEquals("", results().overSeeds().getString(0, "majority class"));
    Table board = results().boards().get(0).table();
    assertEquals(List.of("full", "majority class"), column(board, "method"));
    assertEquals(List.of("70.00", ""), column(board, "sst2 accuracy"));
  }

  @Test
  void methodsStandAgainstTasks() {
    for (long seed = 1; seed <= 3; seed++) {
      fixture.sst2(COMPACTER, seed, 70 + seed);
      fixture.sst2("full", seed, 75);
    }
    fixture.run("full", "mrpc", 1, Map.of("f1", 80.004, "accuracy", 70.0));
    fixture.run(COMPACTER, "mrpc", 1, Map.of("f1", 79.996, "accuracy", 69.0));
    Board board = results().boards().get(0);
    Table table = board.table();
    assertEquals(
        List.of("method", "trained %", "sst2 accuracy", "mrpc accuracy", "mrpc f1", "seeds"),
        table.columnNames());
    assertEquals(List.of("full", COMPACTER, "majority class"), column(table, "method"));
    assertEquals(List.of("75.00 ± 0.00", "72.00 ± 1.00", "60.00"), column(table, "sst2 accuracy"));
    assertEquals(List.of("1 to 3", "1 to 3", ""), column(table, "seeds"));
    String markdown = board.markdown();
    assertTrue(markdown.contains("| **75.00 ± 0.00** | **70.00** | **80.00** |"), markdown);
    assertTrue(markdown.contains("| 72.00 ± 1.00 | 69.00 | **80.00** |"), "equal as printed");
    assertTrue(board.latex().contains("\\textbf{75.00 $\\pm$ 0.00}"), board.latex());
    assertTrue(
        board.caption().contains("bundled (abcdef01), protocol small, float32"), board.caption());
  }

  @Test
  void allTablesRoundAlike() {
    fixture.sst2("full", 1, 76.125);
    assertEquals("76.13", results().overSeeds().getString(0, "mean"));
    assertEquals("76.13", results().runs().getString(0, "test accuracy"));
    assertEquals("76.13", results().boards().get(0).table().getString(0, "sst2 accuracy"));
  }

  @Test
  void methodsOfEachOfSomeTasks() {
    for (String task : List.of("mrpc", "stsb")) {
      fixture.run("full", task, 1, Map.of("accuracy", 80.0));
    }
    fixture.run("full", "mrpc", 2, Map.of("accuracy", 70.0));
    fixture.run("bitfit", "mrpc", 1, Map.of("accuracy", 60.0));
    fixture.sst2("full", 1, 90);
    Results both = results().onEach("mrpc", "stsb");
    assertEquals(2, both.size());
    assertEquals(80, both.boards().get(0).averages().get(0).score().mean());
    assertEquals(0, results().onEach("mrpc", "rte").size());
  }

  @Test
  void averagesNeedAllNumbersWithTheSameSeeds() {
    Map<String, Map<String, Double>> tasks = new HashMap<>();
    for (TaskMetric score : Benchmark.GLUE.scores()) {
      tasks.computeIfAbsent(score.task(), t -> new HashMap<>());
      tasks.get(score.task()).put(score.metric(), 0.0);
    }
    for (long seed = 1; seed <= 2; seed++) {
      double value = 10 * seed;
      tasks.forEach(
          (task, scores) -> {
            scores.replaceAll((metric, old) -> value);
            fixture.run("full", task, (long) value, scores);
          });
    }
    fixture.sst2("bitfit", 1, 99);
    Table table = results().boards().get(0).table();
    assertEquals(List.of("15.00 ± 7.07", "", ""), column(table, "GLUE average"));
    Table compared = results().comparedWithPaper(Paper.GLUE);
    assertEquals(12 + 1, compared.rowCount());
    int average = column(compared, "score").indexOf("average");
    assertEquals("86.5", compared.getString(average, "paper"));
    assertEquals("-71.50", compared.getString(average, "difference"));
    fixture.sst2("full", 99, 1); // one task with a seed more
    assertTrue(!results().boards().get(0).table().containsColumn("GLUE average"));
  }

  @Test
  void theBestOnValidationGivesItsTestScore() {
    reductions("compacter[n=4,rank=1,reduction=32]", 80, 60);
    reductions("compacter[n=4,rank=1,reduction=16]", 85, 55);
    reductions("compacter[n=4,rank=1,reduction=8]", 85, 99); // an equal comes later
    fixture.sst2("full", 1, 77);
    Results best = results().bestOnValidation("reduction", "learningRate");
    Table table = best.overSeeds();
    assertEquals(List.of("compacter[n=4,rank=1]", "full"), column(table, "method"));
    assertEquals(List.of("55.00", "77.00"), column(table, "mean"));
    assertEquals(List.of("2", "1"), column(table, "seeds"));
    assertEquals("reduction=16, learningRate=0.01", table.getString(0, "chosen on validation"));
    assertEquals("85.00", best.overSeeds(Split.VALIDATION).getString(0, "mean"));
    assertEquals(4, results().boards().get(0).lines().size());
    assertEquals(2, best.boards().get(0).lines().size());
    UserException unknown =
        assertThrows(UserException.class, () -> results().bestOnValidation("reductoin"));
    assertTrue(unknown.getMessage().contains("did you mean 'reduction'"), unknown.getMessage());
    assertThrows(UserException.class, () -> results().bestOnValidation("task"));
  }

  private void reductions(String spec, double validation, double test) {
    for (long seed = 1; seed <= 2; seed++) {
      fixture.run(
          spec,
          "sst2",
          seed,
          Map.of("accuracy", validation),
          Map.of("accuracy", test),
          Map.of("/protocol/learningRate", 0.01));
    }
  }

  @Test
  void methodsAreComparedOverTheSeedsThatBothHave() {
    double[] full = {70, 71, 72, 50};
    double[] compacter = {71, 73, 75};
    for (int i = 0; i < full.length; i++) {
      fixture.sst2("full", i, full[i]);
    }
    for (int i = 0; i < compacter.length; i++) {
      fixture.sst2(COMPACTER, i, compacter[i]);
    }
    fixture.run("full", "mrpc", 1, Map.of("f1", 1.0));
    Table table = results().compare("full", "compacter++[n=4]");
    assertEquals(1, table.rowCount());
    assertEquals("3", table.getString(0, "seeds"));
    assertEquals("71.00", table.getString(0, "full"));
    assertEquals("73.00", table.getString(0, "compacter++[n=4]"));
    assertEquals("2.00", table.getString(0, "difference"));
    assertEquals(2 - 4.302652729749464 / Math.sqrt(3), lowOf(table), 1e-6);
    assertEquals(0.25, table.doubleColumn("p").get(0));
    assertEquals("learningRate 0.001 / 0.01", table.getString(0, "differ in"));
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    fixture.sst2("full", 1, 70);
    fixture.sst2(COMPACTER, 2, 70);
    fixture.sst2("compacter++[n=8,rank=1,reduction=8]", 1, 70);
    refused("full", "full", "twice");
    refused("full", "bitfit", "no run of bitfit");
    refused("full", "compacter++[n=4]", "no task, model and protocol with a seed in common");
    refused("full", "compacter++", "runs of compacter++ on sst2 differ in n");
    refused("full", "compactor", "did you mean 'compacter'");
  }

  private void refused(String first, String second, String expected) {
    UserException error = assertThrows(UserException.class, () -> results().compare(first, second));
    assertTrue(error.getMessage().contains(expected), error.getMessage());
  }

  @Test
  void oursStandsBesideThePapers() {
    fixture.sst2(COMPACTER, 1, 74);
    fixture.sst2(COMPACTER, 2, 76);
    fixture.sst2("norms", 1, 50);
    Table table = results().comparedWithPaper(Paper.GLUE);
    assertEquals(1, table.rowCount());
    assertEquals("Compacter++ (n=4)", table.getString(0, "method"));
    assertEquals("93.81", table.getString(0, "paper"));
    assertEquals("75.00", table.getString(0, "ours"));
    assertEquals("-18.81", table.getString(0, "difference"));
    assertEquals("2", table.getString(0, "seeds"));
    assertEquals("bundled (abcdef01)", table.getString(0, "our model"));
    assertEquals("small", table.getString(0, "protocol"));
    assertEquals("10000", table.getString(0, "training rows"));
    assertEquals("glue_partial/sst2", table.getString(0, "data"));
    assertEquals("quoted", table.getString(0, "paper known from"));
    assertTrue(table.name().contains("recalled, consistent: remembered"), table.name());
    assertThrows(UserException.class, () -> results().comparedWithPaper(Paper.SUPERGLUE));
    assertThrows(UserException.class, () -> results().comparedWithPaper(Paper.EFFICIENCY));
  }

  @Test
  void aSettingThatIsCalledLikeAnOptionIsNoSeed() {
    fixture.sst2("lora[dropout=0.1]", 1, 70, Map.of("/protocol/dropout", 0.0));
    fixture.sst2("lora[dropout=0.1]", 1, 80, Map.of("/protocol/dropout", 0.1));
    assertEquals(
        List.of(
            "lora[dropout=0.1], training dropout=0.0",
            "lora[dropout=0.1], training dropout=0.1",
            "majority class"),
        column(results().boards().get(0).table(), "method"));
  }

  @Test
  void efficiencyIsRelativeToFullWithTheSameSteps() {
    fixture.sst2("full", 1, 70);
    fixture.sst2(
        "full", 2, 70, Map.of("/protocol/batchSize", 8, "/measures/peakMemoryBytes", 500_000_000L));
    fixture.sst2(
        COMPACTER,
        1,
        70,
        Map.of(
            "/protocol/batchSize",
            16,
            "/protocol/accumulation",
            2,
            "/measures/peakMemoryBytes",
            750_000_000L));
    Table table = results().comparedWithPaper(Paper.EFFICIENCY);
    assertEquals(List.of("T5-base", "Compacter++", "T5-base"), column(table, "method"));
    assertEquals(List.of("1.000", "0.750", "1.000"), column(table, "our memory"));
  }

  @Test
  void captionsNameThePooling() {
    fixture.sst2("full", 1, 70, Map.of("/pooling", "mean"));
    fixture.sst2("full", 1, 71, Map.of("/pooling", "cls"));
    List<String> captions = results().boards().stream().map(Board::caption).toList();
    assertTrue(captions.get(0).contains("pooling mean"), captions.toString());
    assertTrue(captions.get(1).contains("pooling cls"), captions.toString());
  }

  @Test
  void efficiencyIsRelativeToFullOnTheSameRowsAndThreads() {
    fixture.sst2("full", 1, 70);
    fixture.sst2(COMPACTER, 1, 70, Map.of("/measures/peakMemoryBytes", 750_000_000L));
    fixture.sst2("bitfit", 1, 70, Map.of("/measures/threads", 2));
    Table table = results().comparedWithPaper(Paper.EFFICIENCY);
    assertEquals(List.of("T5-base", "Compacter++"), column(table, "method"));
    assertEquals(List.of("1.000", "0.750"), column(table, "our memory"));
    assertEquals(List.of("1.000", "0.705"), column(table, "paper's memory"));
    assertEquals(List.of("1.000", "0.800"), column(table, "our time"));
    assertEquals(List.of("1.000", "0.735"), column(table, "paper's time"));
    assertEquals("-41.94", table.getString(1, "printed memory change %"));
    assertTrue(table.name().contains("(method - T5) / method"), table.name());
  }
}
