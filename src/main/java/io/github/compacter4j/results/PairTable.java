package io.github.compacter4j.results;

import io.github.compacter4j.UserException;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.metrics.Interval;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.tasks.find.Split;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** Two methods, paired by seed. */
final class PairTable {
  private final String first;
  private final String second;
  private final List<Row> rows = new ArrayList<>();

  private record Row(
      Entry any, String metric, double first, double second, PairedTest test, String differences) {}

  private PairTable(String first, String second) {
    this.first = first;
    this.second = second;
  }

  static Table of(List<Entry> entries, String first, String second) {
    if (first.equals(second)) {
      throw UserException.usage("expected two methods to compare, found " + first + " twice");
    }
    PairTable pairs = new PairTable(first, second);
    Map<Object, Map<Entry.Seeds, Entry>> firsts = pairs.runs(entries, first);
    Map<Object, Map<Entry.Seeds, Entry>> seconds = pairs.runs(entries, second);
    firsts.forEach(
        (place, runs) -> {
          if (seconds.containsKey(place)) {
            pairs.add(runs, seconds.get(place));
          }
        });
    if (pairs.rows.isEmpty()) {
      throw new UserException(
          first + " and " + second + " have no task, model and protocol with a seed in common");
    }
    return pairs.table();
  }

  /** A method's runs by their place, a setting each. */
  private Map<Object, Map<Entry.Seeds, Entry>> runs(List<Entry> entries, String spec) {
    MethodSpec method = MethodSpec.parse(spec);
    String name = Methods.of(method).name();
    Map<String, String> options = method.options();
    Map<Object, List<Entry>> byPlace =
        Entry.group(
            entries.stream().filter(e -> e.setting().matches(name, options)).toList(),
            e -> List.of(e.setting().data(), e.setting().surroundings()));
    if (byPlace.isEmpty()) {
      throw new UserException("no run of " + spec + " among the results");
    }
    Map<Object, Map<Entry.Seeds, Entry>> runs = new LinkedHashMap<>();
    byPlace.forEach((place, same) -> runs.put(place, bySeed(spec, same)));
    return runs;
  }

  private static Map<Entry.Seeds, Entry> bySeed(String spec, List<Entry> entries) {
    Set<String> differences = Setting.differences(entries.stream().map(Entry::setting).toList());
    if (!differences.isEmpty()) {
      throw new UserException(
          "runs of %s on %s differ in %s; give its options, or choose on validation first"
              .formatted(spec, entries.get(0).result().task(), String.join(", ", differences)));
    }
    return entries.stream()
        .collect(Collectors.toMap(Entry::seeds, e -> e, (a, b) -> a, TreeMap::new));
  }

  private void add(Map<Entry.Seeds, Entry> firsts, Map<Entry.Seeds, Entry> seconds) {
    List<Entry.Seeds> seeds = firsts.keySet().stream().filter(seconds::containsKey).toList();
    if (seeds.isEmpty()) {
      return;
    }
    Entry any = firsts.get(seeds.get(0));
    for (String metric : any.scores(Split.TEST).keySet()) {
      List<Double> a = scores(firsts, seeds, metric);
      List<Double> b = scores(seconds, seeds, metric);
      List<Double> differences = new ArrayList<>();
      for (int i = 0; i < seeds.size(); i++) {
        differences.add(b.get(i) - a.get(i));
      }
      rows.add(
          new Row(
              any,
              metric,
              Summary.of(a).mean(),
              Summary.of(b).mean(),
              PairedTest.of(differences),
              differences(any.setting(), seconds.get(seeds.get(0)).setting())));
    }
  }

  private static List<Double> scores(
      Map<Entry.Seeds, Entry> runs, Collection<Entry.Seeds> seeds, String metric) {
    return seeds.stream().map(s -> runs.get(s).scores(Split.TEST).get(metric)).toList();
  }

  /** What besides the method is not the same, such as the learning rate. */
  private static String differences(Setting first, Setting second) {
    Set<String> names = Setting.differences(List.of(first, second));
    names.remove("method");
    names.removeAll(first.options().keySet());
    names.removeAll(second.options().keySet());
    return names.stream()
        .map(name -> name + " " + first.value(name) + " / " + second.value(name))
        .collect(Collectors.joining(", "));
  }

  private Table table() {
    return Table.create(
            "%s against %s on test rows, paired by seed; p by permutation of signs, never below 2 / 2^seeds"
                .formatted(second, first))
        .addColumns(
            Columns.text("task", rows, r -> r.any().result().task()),
            Columns.text("metric", rows, Row::metric),
            Columns.ints("seeds", rows, r -> r.test().difference().n()),
            Columns.numbers(first, 2, rows, Row::first),
            Columns.numbers(second, 2, rows, Row::second),
            Columns.numbers("difference", 2, rows, r -> r.test().difference().mean()),
            Columns.numbers("low", 2, rows, r -> end(r, false)),
            Columns.numbers("high", 2, rows, r -> end(r, true)),
            Columns.numbers("p", 4, rows, r -> r.test().p()),
            Columns.text("differ in", rows, Row::differences),
            Columns.text("model", rows, r -> r.any().setting().model()),
            Columns.text("protocol", rows, r -> r.any().result().protocol().name()),
            Columns.ints("training rows", rows, r -> r.any().result().data().trainRows()));
  }

  private static Double end(Row row, boolean high) {
    return SeedTable.end(row.test().difference().interval(), high ? Interval::high : Interval::low);
  }
}
