package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.tables.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A task: where its data lies, how a row becomes text, and how predictions are scored. A value;
 * {@link #load()} reads its data.
 *
 * @param name as the command line writes it
 * @param prefix the name that stands first in the source, for methods that want one; for a
 *     diagnostic set that of the task whose runs it examines
 * @param editions forms of its data, the preferred one first
 * @param template how the texts of a row become the source
 * @param headers the names of columns in the published files, where they are others than in the
 *     template
 * @param label the label's column in the files
 * @param target what the labels are
 * @param layout how JSON lines files hold its rows
 * @param metrics what the reference code reports; their mean chooses the best epoch
 * @param definition the YAML file that defines it, and beside which its files lie; empty for the
 *     tasks of the toolkit
 * @param dataSeed the seed of splits and subsets; the reference code's data_seed
 * @param maxTrainSamples how many training rows to keep; all where empty
 * @param paper how the paper trains on it
 */
public record Task(
    String name,
    String prefix,
    List<Edition> editions,
    Template template,
    Map<String, String> headers,
    String label,
    Target target,
    JsonLayout layout,
    List<Metric> metrics,
    Optional<Path> definition,
    long dataSeed,
    OptionalInt maxTrainSamples,
    PaperSetting paper) {
  /** The reference code's data_seed. */
  public static final long DATA_SEED = 42;

  /** Checks the seed and keeps its own copies. */
  public Task {
    Permutation.check(dataSeed);
    editions = List.copyOf(editions);
    headers = Map.copyOf(headers);
    metrics = List.copyOf(metrics);
  }

  /** A new task, by its name and the pattern of its {@link Template}. */
  public static TaskBuilder builder(String name, String template) {
    return new TaskBuilder(name, new Template(template));
  }

  /** A new task that starts as this one. */
  public TaskBuilder toBuilder() {
    return new TaskBuilder(this);
  }

  /** The texts of a row, in the order of the source. */
  public List<Field> fields() {
    return template.columns().stream()
        .map(column -> new Field(column, headers.getOrDefault(column, column)))
        .toList();
  }

  /**
   * The text by which {@link Tasks#named} finds the task again: its name, or the absolute path of
   * its definition.
   */
  public String reference() {
    return definition.map(path -> path.toAbsolutePath().normalize().toString()).orElse(name);
  }

  /**
   * The low-resource form (paper, figure 4): the first rows of the shuffled training rows. The seed
   * is the data seed of the whole split, so tasks that split by shuffling get other validation rows
   * and, where a file is halved, other test rows with it.
   *
   * @throws UserException (wrong usage) where rows is below 1 or the seed is negative
   */
  public Task lowResource(int rows, long seed) {
    return withDataSeed(seed).withMaxTrainSamples(rows);
  }

  /**
   * The same with another seed of splits and subsets.
   *
   * @throws UserException (wrong usage) where the seed is negative
   */
  public Task withDataSeed(long seed) {
    return toBuilder().dataSeed(seed).build();
  }

  /**
   * Keeps the first n of the shuffled training rows, all where there are fewer; for a task that
   * takes validation rows from the training file, after those are taken. Other splits stay.
   *
   * @throws UserException (wrong usage) where n is below 1
   */
  public Task withMaxTrainSamples(int n) {
    if (n < 1) {
      throw UserException.usage("training samples: expected at least 1, found " + n);
    }
    return toBuilder().maxTrainSamples(n).build();
  }

  /**
   * The source text of a row (reference code's preprocessors).
   *
   * @param text gives the text of a column by its name in the template
   * @param withTaskName whether the task's name stands first: for all methods but adapters
   */
  public String source(UnaryOperator<String> text, boolean withTaskName) {
    String source = template.fill(text);
    return withTaskName ? prefix + " " + source : source;
  }

  /** Reads the data from the first of the usual places that has it. */
  public TaskData load() {
    return TaskData.load(this, DataFinder.usual());
  }

  /** Reads the data from a folder: one that holds benchmarks, or the task's own. */
  public TaskData load(Path folder) {
    return TaskData.load(this, DataFinder.in(folder));
  }
}
