package io.github.compacter4j.results;

import io.github.compacter4j.paper.Benchmark;
import io.github.compacter4j.paper.TaskMetric;
import io.github.compacter4j.tasks.find.Split;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A column of a {@link Board}: a metric of a task on the very same rows.
 *
 * @param score task and metric
 * @param data what identifies the rows
 * @param source where the rows come from
 * @param trainingRows rows learnt from
 * @param label its head: with rows and source where other columns have the same metric
 */
record BoardColumn(TaskMetric score, Setting data, String source, int trainingRows, String label) {
  private static final List<TaskMetric> ORDER =
      Arrays.stream(Benchmark.values()).flatMap(b -> b.scores().stream()).toList();

  boolean has(Entry entry) {
    return entry.setting().data().equals(data);
  }

  /** The columns of some results: benchmarks' first, in their order, then others by name. */
  static List<BoardColumn> of(List<Entry> entries, Split split) {
    List<BoardColumn> unlabelled =
        Entry.group(entries, e -> e.setting().data()).values().stream()
            .flatMap(same -> columns(same.get(0), split))
            .sorted(
                Comparator.comparingInt((BoardColumn c) -> place(c.score))
                    .thenComparing(c -> c.score.toString())
                    .thenComparingInt(BoardColumn::trainingRows)
                    .thenComparing(BoardColumn::source))
            .toList();
    return unlabelled.stream().map(column -> column.labelled(unlabelled)).toList();
  }

  private static Stream<BoardColumn> columns(Entry entry, Split split) {
    return entry.scores(split).keySet().stream()
        .map(
            metric ->
                new BoardColumn(
                    new TaskMetric(entry.result().task(), metric),
                    entry.setting().data(),
                    entry.result().data().source(),
                    entry.result().data().trainRows(),
                    ""));
  }

  private static int place(TaskMetric score) {
    int place = ORDER.indexOf(score);
    return place < 0 ? ORDER.size() : place;
  }

  private BoardColumn labelled(List<BoardColumn> all) {
    List<BoardColumn> same = all.stream().filter(c -> c.score.equals(score)).toList();
    List<BoardColumn> size = same.stream().filter(c -> c.trainingRows == trainingRows).toList();
    List<BoardColumn> place = size.stream().filter(c -> c.source.equals(source)).toList();
    String name = score.toString();
    if (size.size() < same.size()) {
      name += ", " + trainingRows + " rows";
    }
    if (size.size() > 1) {
      name += ", " + source;
    }
    if (place.size() > 1) { // other files in the same place
      name += ", files " + (place.indexOf(this) + 1);
    }
    return new BoardColumn(score, data, source, trainingRows, name);
  }
}
