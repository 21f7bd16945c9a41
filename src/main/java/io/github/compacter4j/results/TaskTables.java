package io.github.compacter4j.results;

import io.github.compacter4j.format.Columns;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.ClassLabels;
import io.github.compacter4j.tasks.Score;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.TaskSpec;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.TokenLengths;
import io.github.compacter4j.tasks.find.DataFinder;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.text.T5Tokenizer;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** What the data are, in tables. */
public final class TaskTables {
  private static final String LABEL = "label";

  private TaskTables() {}

  /** A task, with its data where they were found and the ids of the split that is told of. */
  private record Found(TaskSpec task, TaskData data, Split split, TokenLengths lengths) {
    Integer size(Split of) {
      return data != null && data.splits().contains(of) ? data.size(of) : null;
    }
  }

  /**
   * Every task of GLUE and SuperGLUE in the usual places: where it was found and how complete, the
   * rows of its splits, the labels of its training rows, and the ids of their sources before they
   * are cut to the protocol's limit. A diagnostic set is told of by its test rows; a task that is
   * not found has nothing but its name and limit.
   *
   * @param mostRows of which ids are counted, evenly spaced over the rows
   */
  public static Table overview(T5Tokenizer tokenizer, int mostRows) {
    DataFinder finder = DataFinder.usual();
    List<Found> all =
        Tasks.all().stream().map(task -> found(task, finder, tokenizer, mostRows)).toList();
    Table table = Table.create("Tasks of GLUE and SuperGLUE");
    table.addColumns(
        Columns.text("task", all, f -> f.task().name()),
        Columns.text("source", all, f -> f.data() == null ? "not found" : f.data().source()));
    for (Split split : Split.values()) {
      table.addColumns(Columns.ints(split.toString(), all, f -> f.size(split)));
    }
    return table
        .addColumns(
            Columns.text("labels", all, f -> f.data() == null ? "" : labels(f.data(), f.split())))
        .addColumns(lengths(all));
  }

  private static Found found(Task task, DataFinder finder, T5Tokenizer tokenizer, int mostRows) {
    if (!finder.has(task)) {
      return new Found(task, null, null, null);
    }
    TaskData data = task.load(finder);
    Split split = data.splits().get(0);
    return new Found(task, data, split, TokenLengths.of(data, split, tokenizer, mostRows));
  }

  /** The splits of one task: rows, ids of their sources before they are cut, and what is cut. */
  public static Table lengths(TaskData data, T5Tokenizer tokenizer) {
    List<Found> all =
        data.splits().stream()
            .map(s -> new Found(data.task(), data, s, TokenLengths.of(data, s, tokenizer)))
            .toList();
    return Table.create("Ids of " + data.task().name())
        .addColumns(
            Columns.text("split", all, f -> f.split().toString()),
            Columns.ints("rows", all, f -> f.size(f.split())))
        .addColumns(lengths(all));
  }

  private static Column<?>[] lengths(List<Found> all) {
    return new Column<?>[] {
      Columns.numbers("mean ids", 1, all, of(TokenLengths::mean)),
      Columns.numbers("median", 1, all, of(TokenLengths::median)),
      Columns.numbers("longest", 0, all, of(lengths -> (double) lengths.max())),
      Columns.ints("limit", all, f -> limit(f.task())),
      Columns.numbers(
          "truncated %",
          1, all, f -> of(lengths -> 100 * lengths.truncatedShare(limit(f.task()))).apply(f))
    };
  }

  private static Function<Found, Double> of(Function<TokenLengths, Double> value) {
    return found -> found.lengths() == null ? null : value.apply(found.lengths());
  }

  /** The greatest number of ids that the paper's protocol leaves of a source. */
  public static int limit(TaskSpec task) {
    return Protocol.paper(MethodSpec.of("compacter++"), task).maxSourceLength();
  }

  /** The share of each label among a split's rows in percent, or the mean of its scores. */
  public static String labels(TaskData data, Split split) {
    Table rows = data.table(split);
    if (!rows.containsColumn(LABEL)) {
      return "none";
    }
    if (data.task().target() instanceof Score) {
      return String.format(Locale.ROOT, "mean %.2f", rows.doubleColumn(LABEL).mean());
    }
    return data.task().target() instanceof ClassLabels classes
        ? shares(classes.names(), rows.intColumn(LABEL))
        : "answers as text";
  }

  private static String shares(List<String> names, IntColumn labels) {
    return IntStream.range(0, names.size())
        .mapToObj(
            label ->
                String.format(
                    Locale.ROOT,
                    "%s %.0f %%",
                    names.get(label),
                    100.0 * labels.isEqualTo(label).size() / labels.size()))
        .collect(Collectors.joining(", "));
  }
}
