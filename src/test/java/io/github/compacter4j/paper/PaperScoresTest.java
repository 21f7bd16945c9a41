package io.github.compacter4j.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What ties the paper's numbers together. */
class PaperScoresTest {
  static Stream<Arguments> rows() {
    return Stream.of(Paper.GLUE, Paper.SUPERGLUE)
        .flatMap(t -> t.rows().stream().map(r -> Arguments.of(t.name() + ", " + r.method(), t, r)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void averagesAreMeansOfTheCells(String name, PaperScores table, PaperScores.Row row) {
    assertEquals(table.benchmark().scores(), List.copyOf(row.scores().keySet()));
    BigDecimal sum = row.scores().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal mean = sum.divide(BigDecimal.valueOf(row.scores().size()), MathContext.DECIMAL64);
    assertEquals(row.average(), mean.setScale(row.average().scale(), RoundingMode.HALF_UP));
    Map<TaskMetric, Double> values =
        row.scores().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().doubleValue()));
    assertEquals(mean.doubleValue(), table.benchmark().average(values).orElseThrow(), 1e-9);
    values.remove(table.benchmark().scores().get(3));
    assertTrue(table.benchmark().average(values).isEmpty(), "an average of all numbers or none");
  }

  @Test
  void thirtyRowsOfThePapersScoresOneOfAdapterHubsAndElevenOfEfficiency() {
    assertEquals(19, Paper.GLUE.rows().size());
    assertEquals(12, Paper.GLUE.rows().stream().filter(r -> r.table().equals("Table 1")).count());
    assertEquals(12, Paper.SUPERGLUE.rows().size());
    assertEquals(11, Paper.EFFICIENCY.rows().size());
    assertEquals(11, Benchmark.GLUE.scores().size());
    assertEquals(9, Benchmark.SUPERGLUE.scores().size());
    assertEquals(19, Paper.GLUE.table().rowCount());
    assertEquals(2 + 11 + 2, Paper.GLUE.table().columnCount());
  }

  @Test
  void theTextsGapsToFullFineTuningAreThoseOfTheAverages() {
    BigDecimal full = Paper.GLUE.row("full").orElseThrow().average();
    Map<String, String> gaps =
        Map.of("said", "1.05", "bitfit", "1.53", "adapterdrop", "0.65", "lowrank", "0.68");
    gaps.forEach(
        (spec, gap) -> {
          PaperScores.Row row = Paper.GLUE.row(spec).orElseThrow();
          assertEquals(new BigDecimal(gap), full.subtract(row.average()).setScale(2), spec);
          assertEquals("text: " + gap + " below T5", row.note());
        });
  }

  @Test
  void compacterIsQuotedAndItsReproductionIsNoneOfThePapers() {
    PaperScores.Row printed = Paper.GLUE.row("compacter++").orElseThrow();
    PaperScores.Row again = Paper.GLUE.row("compacter++[variant=adapterhub]").orElseThrow();
    assertEquals(Known.QUOTED, printed.status());
    assertEquals("Table 1", printed.table());
    assertEquals(Known.QUOTED, again.status());
    assertEquals("AdapterHub", again.table());
    assertEquals(new BigDecimal("85.83"), again.average());
    assertEquals(12, Paper.GLUE.averages().size(), "the main table's");
    assertEquals(2, Paper.GLUE.rows().stream().filter(row -> row.status() == Known.QUOTED).count());
  }

  @Test
  void theTrapOfThePrintedChanges() {
    PaperEfficiency table = Paper.EFFICIENCY;
    PaperEfficiency.Row t5 = table.rows().get(0);
    for (PaperEfficiency.Row row : table.rows().subList(1, 11)) {
      BigDecimal memory = row.memory().subtract(t5.memory());
      assertEquals(row.memoryChange(), percent(memory, row.memory()), row.method() + ", memory");
      BigDecimal time = row.minutes().subtract(t5.minutes());
      assertEquals(row.timeChange(), percent(time, t5.minutes()), row.method() + ", time");
    }
    PaperEfficiency.Row compacter = table.row("compacter++[n=4,rank=1,reduction=8]").orElseThrow();
    assertEquals("0.705", table.memoryRatio(compacter).toString());
    assertEquals("0.735", table.timeRatio(compacter).toString());
    assertEquals(Known.TEXT, compacter.memoryStatus());
    assertEquals("Intrinsic-SAID", table.row("said[dimension=1400]").orElseThrow().method());
    assertEquals("Intrinsic-SAID", table.row("said").orElseThrow().method());
    assertEquals("0.609", table.memoryRatio(table.row("bitfit").orElseThrow()).toString());
    assertEquals(
        7,
        table.rows().stream()
            .flatMap(r -> Stream.of(r.memoryStatus(), r.timeStatus()))
            .filter(s -> s == Known.TEXT)
            .count());
  }

  private static BigDecimal percent(BigDecimal change, BigDecimal of) {
    return change.movePointRight(2).divide(of, 2, RoundingMode.HALF_UP);
  }

  @Test
  void aMethodIsFoundWhateverItsReductionAndModel() {
    for (Method method : Methods.paper()) {
      assertTrue(Paper.GLUE.row(method.toString()).isPresent(), method.toString());
    }
    assertEquals("Adapter", glue("adapter[reduction=8]"));
    assertEquals("AdapterDrop", glue("adapterdrop[reduction=8,layers=2..3]"));
    assertEquals("Compacter++ (n=8)", glue("compacter++[n=8,rank=1,reduction=16]"));
    assertEquals("PHM-Adapter (n=12)", glue("phm[n=12,reduction=8]"));
    assertTrue(Paper.SUPERGLUE.row("compacter++[n=4]").isEmpty(), "Table 2 has n=12");
    assertTrue(Paper.GLUE.row("compacter++[n=4,rank=2]").isEmpty(), "not the paper's");
    assertTrue(Paper.GLUE.row("compacter++[n=5]").isEmpty(), "impossible for T5-base");
    assertTrue(Paper.GLUE.row("norms").isEmpty());
  }

  private static String glue(String spec) {
    return Paper.GLUE.row(spec).orElseThrow().method();
  }
}
