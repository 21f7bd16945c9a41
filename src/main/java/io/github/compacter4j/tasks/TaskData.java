package io.github.compacter4j.tasks;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Hashes;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tasks.find.DataFinder;
import io.github.compacter4j.tasks.find.Edition;
import io.github.compacter4j.tasks.find.Found;
import io.github.compacter4j.tasks.find.Permutation;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.find.SplitRule;
import io.github.compacter4j.tasks.find.TaskFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/** A task's rows, split as the paper does, and where they came from. */
public final class TaskData {
  private static final Map<Split, String> NAMES =
      Map.of(Split.TRAIN, "training", Split.VALIDATION, "validation", Split.TEST, "test");

  private final TaskSpec task;
  private final Found found;
  private final Map<Split, Integer> fileRows = new EnumMap<>(Split.class);
  private final Map<Split, Table> tables = new EnumMap<>(Split.class);
  private final Map<String, String> sha256 = new TreeMap<>();
  private final Map<String, List<Long>> dropped = new TreeMap<>();
  private final Set<String> withoutText = new LinkedHashSet<>();

  private TaskData(TaskSpec task, Found found) {
    this.task = task;
    this.found = found;
    Map<Split, Table> files = new EnumMap<>(Split.class);
    SplitRule rule = found.edition().rule();
    found
        .edition()
        .files()
        .forEach(
            (split, file) -> {
              Rows rows = TaskTable.read(task, found, file);
              rule.require(rule.least(split), rows);
              files.put(split, TaskTable.of(task, rows, file.labelled()));
              fileRows.put(split, rows.size());
              sha256.put(file.name(), rows.sha256());
              rows.withoutText().ifPresent(withoutText::add);
              if (!rows.dropped().isEmpty()) {
                dropped.put(file.name(), rows.dropped());
              }
            });
    task.definition().filter(Files::isRegularFile).ifPresent(this::addDefinition);
    for (Split split : splits()) {
      SplitRule.Part part = part(split);
      tables.put(split, TaskTable.select(files.get(part.file()), part.rows()));
    }
  }

  /** A task of one's own is edited as its rows are, and then is another. */
  private void addDefinition(Path file) {
    try {
      sha256.put(file.getFileName().toString(), Hashes.sha256(file));
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read", e);
    }
  }

  /**
   * Reads a task's data from the first place that has it.
   *
   * @throws UserException where no place has it, or a file is malformed
   */
  static TaskData load(TaskSpec task, DataFinder finder) {
    Found found = finder.find(task);
    try {
      return new TaskData(task, found);
    } catch (UserException e) {
      throw found.located(e);
    }
  }

  /** The task as it was asked for, low-resource choices included. */
  public TaskSpec task() {
    return task;
  }

  /** The splits that there are: all three, but for diagnostic sets. */
  public List<Split> splits() {
    return found.edition().rule() == SplitRule.AS_IS
        ? Arrays.stream(Split.values()).filter(fileRows::containsKey).toList()
        : List.of(Split.values());
  }

  /** The number of rows of a split. */
  public int size(Split split) {
    return table(split).rowCount();
  }

  /**
   * The rows of a split in order of use: columns {@code row} (among the rows of its file, from 0),
   * the task's texts as they stand in the file, and {@code label} (its number, or a JSON array of
   * answers).
   *
   * @throws UserException (wrong usage) for a split that a diagnostic set has not
   */
  public Table table(Split split) {
    if (!tables.containsKey(split)) {
      throw UserException.usage(
          "task %s has test rows alone: train on %s, and evaluate or predict them with that run"
              .formatted(task.name(), task.prefix()));
    }
    return tables.get(split);
  }

  /** The rows of a split's file before the paper's split. */
  public Table published(Split split) {
    return published(found.edition().files().get(split));
  }

  /**
   * The rows of a published file; most official test files have no labels.
   *
   * @param name the name of the file
   * @throws UserException where there is no such file
   */
  public Table published(String name) {
    List<TaskFile> files = files();
    return published(
        files.stream()
            .filter(file -> file.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Names.unknown(
                        "file", name, files.stream().map(TaskFile::name).distinct().toList())));
  }

  /** The files of the task in the form that was found, official test files included. */
  public List<TaskFile> files() {
    Edition edition = found.edition();
    return Stream.concat(edition.files().values().stream(), edition.others().stream()).toList();
  }

  /**
   * The rows of a split as texts to read and texts to write; for ReCoRD as many a row as it has
   * answers.
   *
   * @param withTaskName whether each source starts with the task's name: for all methods but
   *     adapters
   * @throws UserException (wrong usage) where the rows have no labels
   */
  public List<Example> examples(Split split, boolean withTaskName) {
    Table table = labelled(split);
    List<String> sources = sources(table, withTaskName);
    return IntStream.range(0, table.rowCount())
        .boxed()
        .flatMap(
            row ->
                task.target().references(table, row).stream()
                    .map(reference -> new Example(sources.get(row), reference)))
        .toList();
  }

  /**
   * The rows of a split as an encoder reads them, with the numbers of their classes or their scores
   * as they stand in the file.
   *
   * @throws UserException (wrong usage) where the rows have no labels
   */
  public List<Example> pairs(Split split) {
    Table table = labelled(split);
    NumericColumn<?> numbers = (NumericColumn<?>) table.column(Target.LABEL);
    return IntStream.range(0, table.rowCount())
        .mapToObj(
            row ->
                new Example(
                    task.pair().fill(name -> table.stringColumn(name).get(row)),
                    task.target().references(table, row).get(0),
                    numbers.getDouble(row)))
        .toList();
  }

  private Table labelled(Split split) {
    Table table = table(split);
    if (!table.containsColumn(Target.LABEL)) {
      throw UserException.usage(
          "task %s has no labels: predict its rows with a run on %s"
              .formatted(task.name(), task.prefix()));
    }
    return table;
  }

  /** The source texts of a table's rows, with labels or without. */
  public List<String> sources(Table table, boolean withTaskName) {
    return IntStream.range(0, table.rowCount())
        .mapToObj(row -> TaskTable.source(task, table, row, withTaskName))
        .toList();
  }

  /** What was read, for reports, such as {@code glue/SST-2 (complete)}. */
  public String source() {
    Edition edition = found.edition();
    if (!edition.official()) {
      return found.place() + ", " + edition.note();
    }
    return found.place() + (complete() ? " (complete)" : " (partial: " + missing() + ")");
  }

  /** Whether the files have all the rows of the benchmark's official ones. */
  public boolean complete() {
    return found.edition().official() && missing().isEmpty();
  }

  /** The lines, from 1, of rows that were dropped since they lack a column, by file name. */
  public Map<String, List<Long>> dropped() {
    return Collections.unmodifiableMap(dropped);
  }

  /** A line for each file with rows that have no text, with their number and the first's line. */
  public Set<String> withoutText() {
    return Collections.unmodifiableSet(withoutText);
  }

  /** The sha256 of each file that was read, by file name; a task's own definition is one. */
  public Map<String, String> sha256() {
    return Collections.unmodifiableMap(sha256);
  }

  /** One line for a person: task, source and sizes. */
  @Override
  public String toString() {
    return splits().stream()
        .map(split -> String.format(Locale.ROOT, "%,d %s", size(split), NAMES.get(split)))
        .collect(Collectors.joining(", ", task.name() + " from " + source() + ": ", " rows"));
  }

  private SplitRule.Part part(Split split) {
    SplitRule rule = found.edition().rule();
    SplitRule.Part part = rule.part(split, fileRows, task.dataSeed());
    OptionalInt most = task.maxTrainSamples();
    if (split != Split.TRAIN || most.isEmpty()) {
      return part;
    }
    int[] shuffled =
        rule.shuffles(Split.TRAIN)
            ? part.rows()
            : Permutation.of(part.rows().length, task.dataSeed());
    return new SplitRule.Part(
        part.file(), Arrays.copyOf(shuffled, Math.min(most.getAsInt(), shuffled.length)));
  }

  private Table published(TaskFile file) {
    try {
      return TaskTable.of(task, TaskTable.read(task, found, file), file.labelled());
    } catch (UserException e) {
      throw found.located(e);
    }
  }

  private String missing() {
    Edition edition = found.edition();
    return Stream.concat(
            fileRows.entrySet().stream()
                .filter(e -> e.getValue() != edition.files().get(e.getKey()).rows())
                .map(e -> share(e.getKey(), edition.files().get(e.getKey()).rows())),
            Stream.of(edition.note()).filter(note -> !note.isEmpty()))
        .collect(Collectors.joining(", "));
  }

  private String share(Split split, int rows) {
    return String.format(Locale.ROOT, "%,d of %,d %s rows", fileRows.get(split), rows, split);
  }
}
