package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A task: where its data lies, how a row becomes text, and how predictions are scored. A value;
 * {@link #load()} reads its data.
 *
 * @param name as the command line and the source text write it
 * @param editions published forms of its data, the preferred one first
 * @param fields the texts of a row, in the order of the source
 * @param labelColumn the label's column in the published files
 * @param target what the labels are
 * @param metrics what the reference code reports; their mean chooses the best epoch
 * @param dataSeed the seed of splits and subsets; the reference code's data_seed
 * @param maxTrainSamples how many training rows to keep; all where empty
 */
public record Task(
    String name,
    List<Edition> editions,
    List<Field> fields,
    String labelColumn,
    Target target,
    List<Metric> metrics,
    long dataSeed,
    OptionalInt maxTrainSamples) {
  /** The reference code's data_seed. */
  public static final long DATA_SEED = 42;

  /** Checks the seed and keeps its own copies. */
  public Task {
    Permutation.check(dataSeed);
    editions = List.copyOf(editions);
    fields = List.copyOf(fields);
    metrics = List.copyOf(metrics);
  }

  /** A task with all its training rows and the reference code's seed. */
  public Task(
      String name,
      List<Edition> editions,
      List<Field> fields,
      String labelColumn,
      Target target,
      List<Metric> metrics) {
    this(name, editions, fields, labelColumn, target, metrics, DATA_SEED, OptionalInt.empty());
  }

  /**
   * The low-resource form (paper, figure 4): the first rows of the shuffled training rows. The seed
   * is the data seed of the whole split, so tasks that split by shuffling get other validation rows
   * with it.
   *
   * @throws UserException (wrong usage) where rows is below 1 or the seed is negative
   */
  public Task lowResource(int rows, long seed) {
    return new Task(name, editions, fields, labelColumn, target, metrics, seed, OptionalInt.empty())
        .withMaxTrainSamples(rows);
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
    return new Task(
        name, editions, fields, labelColumn, target, metrics, dataSeed, OptionalInt.of(n));
  }

  /**
   * The source text of a row (reference code's preprocessors).
   *
   * @param text gives the text of a field by its name
   * @param withTaskName whether the task's name stands first: for all methods but adapters
   */
  public String source(UnaryOperator<String> text, boolean withTaskName) {
    StringBuilder source = new StringBuilder(withTaskName ? name : "");
    for (Field field : fields) {
      source.append(source.isEmpty() ? "" : " ").append(field.prefix());
      source.append(' ').append(text.apply(field.name()));
    }
    return source.toString();
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
