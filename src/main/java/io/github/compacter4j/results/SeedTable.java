package io.github.compacter4j.results;

import io.github.compacter4j.format.Columns;
import io.github.compacter4j.metrics.Interval;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.tasks.find.Split;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A row a setting and metric, with statistics over seeds. */
final class SeedTable {
  private SeedTable() {}

  private record Row(Entry first, String metric, Summary summary, Double oneAnswer) {}

  static Table of(List<Entry> entries, Split split) {
    Collection<List<Entry>> settings = Entry.group(entries, Entry::setting).values();
    List<Row> rows = new ArrayList<>();
    for (List<Entry> seeds : settings) {
      for (String metric : seeds.get(0).scores(split).keySet()) {
        rows.add(row(seeds, metric, split));
      }
    }
    Table table =
        Table.create(
            "Scores on " + split + " rows over seeds; low and high: 95 % interval of the mean");
    table.addColumns(
        text("task", rows, e -> e.result().task()),
        text("method", rows, e -> e.setting().spec()),
        Columns.text("metric", rows, Row::metric),
        Columns.ints("seeds", rows, r -> r.summary().n()),
        Columns.numbers("mean", 2, rows, r -> r.summary().mean()),
        Columns.numbers("sd", 2, rows, r -> r.summary().sd()),
        Columns.numbers("median", 2, rows, r -> r.summary().median()),
        Columns.numbers("low", 2, rows, r -> end(r.summary().interval(), Interval::low)),
        Columns.numbers("high", 2, rows, r -> end(r.summary().interval(), Interval::high)),
        Columns.numbers("majority class", 2, rows, Row::oneAnswer),
        Columns.longs("trained", rows, r -> r.first().result().trainable()),
        Columns.numbers("percent", 4, rows, r -> r.first().result().percent()),
        text("model", rows, e -> e.setting().model()),
        text("protocol", rows, e -> e.result().protocol().name()),
        Columns.ints("training rows", rows, r -> r.first().result().data().trainRows()),
        text("data", rows, e -> e.result().data().source()));
    if (rows.stream().anyMatch(r -> !r.first().chosen().isEmpty())) {
      table.addColumns(text("chosen on validation", rows, Entry::chosen));
    }
    for (String name : others(rows)) {
      table.addColumns(Columns.values(name, rows, r -> r.first().setting().value(name)));
    }
    return table;
  }

  private static Row row(List<Entry> seeds, String metric, Split split) {
    return new Row(
        seeds.get(0),
        metric,
        Summary.of(seeds.stream().map(e -> e.scores(split).get(metric)).toList()),
        mean(seeds.stream().map(e -> e.oneAnswer(split).get(metric)).toList()));
  }

  /** Seeds of the data give other rows; without seeds of it all are equal. */
  static Double mean(List<Double> values) {
    return values.contains(null)
        ? null
        : values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  static Double end(Optional<Interval> interval, Function<Interval, Double> end) {
    return interval.map(end).orElse(null);
  }

  private static StringColumn text(String name, List<Row> rows, Function<Entry, String> value) {
    return Columns.text(name, rows, row -> value.apply(row.first()));
  }

  /** Settings of training that are not the same everywhere: without them rows would look alike. */
  private static Set<String> others(List<Row> rows) {
    List<Setting> settings = rows.stream().map(r -> r.first().setting()).toList();
    Set<String> names = Setting.differences(settings);
    settings.forEach(s -> names.removeAll(s.options().keySet()));
    names.removeAll(
        Set.of("task", "method", "model", "modelSha256", "protocol", "trainingRows", "dataSha256"));
    return names;
  }
}
