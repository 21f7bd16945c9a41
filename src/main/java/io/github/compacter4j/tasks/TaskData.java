package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/** A task's rows, split as the paper does, and where they came from. */
public final class TaskData {
  private final Task task;
  private final DataFinder.Found found;
  private final Map<Split, Integer> fileRows = new EnumMap<>(Split.class);
  private final Map<Split, Table> tables = new EnumMap<>(Split.class);
  private final Map<String, String> sha256 = new TreeMap<>();

  private TaskData(Task task, DataFinder.Found found) {
    this.task = task;
    this.found = found;
    Map<Split, Table> files = new EnumMap<>(Split.class);
    for (Split split : found.edition().labelled()) {
      TsvFile file = open(split);
      file.requireRows(found.edition().rule().least(split));
      files.put(split, TaskTable.of(task, file, true));
      fileRows.put(split, file.rows());
      sha256.put(found.edition().files().get(split).name(), file.sha256());
    }
    for (Split split : Split.values()) {
      SplitRule.Part part = part(split);
      tables.put(split, TaskTable.select(files.get(part.file()), part.rows()));
    }
  }

  /**
   * Reads a task's data from the first place that has it.
   *
   * @throws UserException where no place has it, or a file is malformed
   */
  public static TaskData load(Task task, DataFinder finder) {
    return new TaskData(task, finder.find(task));
  }

  /** The task as it was asked for, low-resource choices included. */
  public Task task() {
    return task;
  }

  /** The number of rows of a split. */
  public int size(Split split) {
    return table(split).rowCount();
  }

  /**
   * The rows of a split in order of use: columns {@code row} (in the published file, from 0), the
   * task's texts, and {@code label} (its number).
   */
  public Table table(Split split) {
    return tables.get(split);
  }

  /** The rows of a published file before the paper's split; GLUE's test files have no labels. */
  public Table published(Split split) {
    return TaskTable.of(task, open(split), found.edition().labelled().contains(split));
  }

  /**
   * The rows of a split as texts to read and texts to write.
   *
   * @param withTaskName whether each source starts with the task's name: for all methods but
   *     adapters
   */
  public List<Example> examples(Split split, boolean withTaskName) {
    Table table = table(split);
    return IntStream.range(0, table.rowCount())
        .mapToObj(
            row ->
                new Example(
                    TaskTable.source(task, table, row, withTaskName),
                    TaskTable.target(task, table, row)))
        .toList();
  }

  /** What was read, for reports, such as {@code glue/SST-2 (complete)}. */
  public String source() {
    if (!found.edition().official()) {
      return found.place() + ", written for this project";
    }
    return found.place() + (complete() ? " (complete)" : " (partial: " + missing() + ")");
  }

  /** Whether the files have all the rows of the benchmark's official ones. */
  public boolean complete() {
    return found.edition().official()
        && fileRows.entrySet().stream().allMatch(e -> e.getValue() == officialRows(e.getKey()));
  }

  /** The sha256 of each file that was read, by file name. */
  public Map<String, String> sha256() {
    return Collections.unmodifiableMap(sha256);
  }

  /** One line for a person: task, source and sizes. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s from %s: %,d training, %,d validation, %,d test rows",
        task.name(),
        source(),
        size(Split.TRAIN),
        size(Split.VALIDATION),
        size(Split.TEST));
  }

  private SplitRule.Part part(Split split) {
    SplitRule rule = found.edition().rule();
    SplitRule.Part part = rule.part(split, fileRows, task.dataSeed());
    OptionalInt most = task.maxTrainSamples();
    if (split != Split.TRAIN || most.isEmpty()) {
      return part;
    }
    int[] shuffled =
        rule == SplitRule.FIRST_1000
            ? part.rows()
            : Permutation.of(part.rows().length, task.dataSeed());
    return new SplitRule.Part(
        part.file(), Arrays.copyOf(shuffled, Math.min(most.getAsInt(), shuffled.length)));
  }

  private TsvFile open(Split split) {
    TaskFile file = found.edition().files().get(split);
    return TsvFile.read(found.folder().resolve(file.name()), file.header());
  }

  private String missing() {
    return fileRows.entrySet().stream()
        .filter(e -> e.getValue() != officialRows(e.getKey()))
        .map(e -> share(e.getKey()))
        .collect(Collectors.joining(", "));
  }

  private String share(Split split) {
    return String.format(
        Locale.ROOT, "%,d of %,d %s rows", fileRows.get(split), officialRows(split), split);
  }

  private int officialRows(Split split) {
    return found.edition().rows().get(split);
  }
}
