package io.github.compacter4j.experiments;

import io.github.compacter4j.train.Run;
import io.github.compacter4j.train.RunResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Tables of what runs measured. */
public final class Results {
  private Results() {}

  /** A row a run: what trained, the scores of its best weights, and what it took. */
  public static Table table(Run... runs) {
    return table(Arrays.asList(runs));
  }

  /** A row a run: what trained, the scores of its best weights, and what it took. */
  public static Table table(List<Run> runs) {
    Table table = Table.create("Results" + sources(runs));
    table.addColumns(
        StringColumn.create("task", runs.stream().map(run -> run.result().task())),
        StringColumn.create("method", runs.stream().map(run -> run.result().spec())),
        grouped("trained", runs.stream().mapToLong(run -> run.result().trainable())),
        doubles("percent", runs, run -> round(run.percent(), 4)));
    List<String> metrics =
        runs.stream()
            .flatMap(run -> run.result().validation().metrics().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    for (String metric : metrics) {
      table.addColumns(
          doubles("validation " + metric, runs, run -> score(run.validation(), metric)),
          doubles("test " + metric, runs, run -> score(run.test(), metric)));
    }
    table.addColumns(
        IntColumn.create(
            "best step", runs.stream().mapToInt(r -> r.result().best().step()).toArray()),
        doubles("examples/s", runs, run -> round(run.measures().examplesPerSecond(), 0)),
        LongColumn.create("seed", runs.stream().mapToLong(run -> run.result().seed())));
    return table;
  }

  /** Where the rows come from, for the caption: a set that is not the official one says so. */
  private static String sources(List<Run> runs) {
    return runs.stream()
        .map(run -> run.result().data().source())
        .distinct()
        .collect(Collectors.joining("; ", " on ", ""));
  }

  private static LongColumn grouped(String name, LongStream values) {
    LongColumn column = LongColumn.create(name, values);
    column.setPrintFormatter(NumberColumnFormatter.intsWithGrouping());
    return column;
  }

  private interface Value {
    Double of(RunResult result);
  }

  private static DoubleColumn doubles(String name, List<Run> runs, Value value) {
    DoubleColumn column = DoubleColumn.create(name);
    for (Run run : runs) {
      Double number = value.of(run.result());
      if (number == null) {
        column.appendMissing();
      } else {
        column.append(number);
      }
    }
    return column;
  }

  private static Double score(RunResult.Scores scores, String metric) {
    Map<String, Double> metrics = scores.metrics();
    return metrics.containsKey(metric) ? (Double) round(metrics.get(metric), 2) : null;
  }

  private static double round(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
