package io.github.compacter4j.results;

import io.github.compacter4j.format.Columns;
import io.github.compacter4j.tasks.find.Split;
import java.util.List;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** A row a run. */
final class RunTable {
  private RunTable() {}

  static Table of(List<Entry> runs) {
    Table table = Table.create("Results" + sources(runs));
    table.addColumns(
        Columns.text("task", runs, e -> e.result().task()),
        Columns.text("method", runs, e -> e.result().spec()),
        Columns.longs("trained", runs, e -> e.result().trainable()),
        Columns.numbers("percent", 4, runs, e -> e.result().percent()));
    List<String> metrics =
        runs.stream()
            .flatMap(e -> e.result().validation().metrics().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    for (String metric : metrics) {
      for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
        table.addColumns(
            Columns.numbers(split + " " + metric, 2, runs, e -> e.scores(split).get(metric)));
      }
    }
    return table.addColumns(
        Columns.ints("best step", runs, e -> e.result().best().step()),
        Columns.numbers("examples/s", 0, runs, e -> e.result().measures().examplesPerSecond()),
        Columns.longs("seed", runs, e -> e.result().seed()));
  }

  static Table withSources(List<Entry> runs) {
    return of(runs)
        .addColumns(
            Columns.text("model", runs, e -> e.setting().model()),
            Columns.text("protocol", runs, e -> e.result().protocol().name()),
            Columns.ints("training rows", runs, e -> e.result().data().trainRows()),
            Columns.text("file", runs, Entry::source));
  }

  /** Where the rows come from, for the caption: a set that is not the official one says so. */
  private static String sources(List<Entry> runs) {
    return runs.stream()
        .map(e -> e.result().data().source())
        .distinct()
        .collect(Collectors.joining("; ", " on ", ""));
  }
}
