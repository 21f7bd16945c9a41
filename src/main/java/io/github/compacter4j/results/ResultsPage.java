package io.github.compacter4j.results;

import io.github.compacter4j.format.Columns;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.tasks.find.Split;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A page of Markdown about results; the same results give the same text. */
public final class ResultsPage {
  private final List<String> blocks = new ArrayList<>();

  private ResultsPage() {}

  /**
   * The page.
   *
   * @param introduction Markdown that stands below the title, or nothing
   * @param figures titles of images by their addresses from the page
   */
  public static String of(Results results, String introduction, Map<String, String> figures) {
    ResultsPage page = new ResultsPage();
    page.blocks.add("# Results");
    page.blocks.add(
        "<!-- Written by ./compacter4j results FOLDER --page; changes would be lost. -->");
    if (!introduction.isBlank()) {
      page.blocks.add(introduction.strip());
    }
    results.bySurroundings().forEach(page::section);
    page.figures(figures);
    return String.join("\n\n", page.blocks) + "\n";
  }

  /** What was run with one model, protocol and precision. */
  private void section(Results results) {
    List<Entry> entries = results.entries();
    RunResult first = entries.get(0).result();
    blocks.add("## Model %s, protocol %s".formatted(first.model().name(), first.protocol().name()));
    blocks.add(
        ("Test scores in percent: mean ± standard deviation over seeds of the weights that scored best on "
                + "validation rows; the best method of a column is bold where it is above the majority class. Majority class: writing the most frequent "
                + "target of the training rows everywhere. Model `%s`, sha256 `%s`; precision %s; predictions by `%s`.")
            .formatted(
                first.model().name(), first.model().sha256(), precision(first), first.decode()));
    Results largest = results.withMostRows();
    blocks.add(Board.of(largest.entries(), Split.TEST).markdown());
    for (String task : results.tasks()) {
      Results sizes = results.onTask(task);
      if (sizes.size() > largest.onTask(task).size()) {
        blocks.add("### %s with fewer training rows".formatted(task));
        blocks.add(Board.of(sizes.entries(), Split.TEST).markdown());
      }
    }
    data(entries);
    settings(entries);
    blocks.add(times(entries));
  }

  private static String precision(RunResult result) {
    return "bf16".equals(result.precision())
        ? "bf16 (frozen matrices in bfloat16; what trains, and so all of `full`, in float32)"
        : result.precision();
  }

  private void data(List<Entry> entries) {
    List<RunResult> rows =
        Entry.group(entries, e -> e.setting().data()).values().stream()
            .map(same -> same.get(0).result())
            .toList();
    Table table =
        Table.create()
            .addColumns(
                Columns.text("task", rows, RunResult::task),
                Columns.text("data", rows, r -> r.data().source()),
                Columns.longs("training rows", rows, r -> (long) r.data().trainRows()),
                Columns.longs("validation rows", rows, r -> (long) r.validation().rows()),
                Columns.longs("test rows", rows, r -> (long) r.test().rows()),
                Columns.numbers("cut sources %", 1, rows, r -> 100 * r.truncatedShare()));
    blocks.add("### Data");
    blocks.add(TableText.markdown(table));
  }

  /** What all runs have in common in one line; what differs by method in a table. */
  private void settings(List<Entry> entries) {
    List<Setting> all = entries.stream().map(Entry::setting).toList();
    Set<String> names = new LinkedHashSet<>(); // a run has not the settings that are off
    all.forEach(s -> names.addAll(s.hyperParameters()));
    all.forEach(s -> names.removeAll(s.options().keySet()));
    Set<String> differing = Setting.differences(all);
    differing.retainAll(names);
    names.removeAll(differing);
    blocks.add("### Settings");
    blocks.add("All runs: " + all.get(0).describe(names) + ".");
    if (differing.isEmpty()) {
      return;
    }
    Map<String, List<Entry>> methods = Entry.group(entries, e -> e.setting().spec());
    Table table = Table.create(StringColumn.create("method", methods.keySet()));
    for (String name : differing) {
      table.addColumns(column(name, methods.values()));
    }
    blocks.add(TableText.markdown(table));
  }

  private void figures(Map<String, String> titles) {
    if (!titles.isEmpty()) {
      blocks.add("## Figures");
      titles.forEach((address, title) -> blocks.add("![%s](%s)".formatted(title, address)));
    }
  }

  private static StringColumn column(String name, Collection<List<Entry>> methods) {
    List<List<Object>> values = methods.stream().map(runs -> values(runs, name)).toList();
    List<String> cells = values.stream().map(ResultsPage::oneOfThese).toList();
    boolean numbers =
        values.stream()
            .flatMap(List::stream)
            .filter(Objects::nonNull)
            .allMatch(Number.class::isInstance);
    return numbers ? Columns.figures(name, cells) : StringColumn.create(name, cells);
  }

  private static List<Object> values(List<Entry> runs, String name) {
    return runs.stream().map(e -> e.setting().value(name)).distinct().toList();
  }

  private static String oneOfThese(List<Object> values) {
    return values.stream().map(v -> Objects.toString(v, "")).collect(Collectors.joining(" / "));
  }

  private static String times(List<Entry> entries) {
    double[] seconds =
        entries.stream().mapToDouble(e -> e.result().measures().seconds()).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%d runs. A run took %.0f to %.0f seconds; the machine did other work at the same time, so these are no "
            + "measurements of speed.",
        seconds.length,
        seconds[0],
        seconds[seconds.length - 1]);
  }
}
