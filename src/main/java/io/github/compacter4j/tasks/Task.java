package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.tasks.find.DataFinder;
import io.github.compacter4j.tasks.find.Edition;
import io.github.compacter4j.tasks.find.Permutation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A task: where its data lies, how a row becomes text, and how predictions are scored. A value;
 * {@link #load()} reads its data.
 *
 * @param name as the command line writes it
 * @param prefix the name that stands first in the source, for methods that want one; for a
 *     diagnostic set that of the task whose runs it examines
 * @param editions forms of its data, the preferred one first
 * @param template how the texts of a row become the source
 * @param pair the one or two texts of a row as an encoder reads them
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
    PairTemplate pair,
    Map<String, String> headers,
    String label,
    Target target,
    JsonLayout layout,
    List<Metric> metrics,
    Optional<Path> definition,
    long dataSeed,
    OptionalInt maxTrainSamples,
    PaperSetting paper)
    implements TaskSpec {
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
  public static Builder builder(String name, String template) {
    return new Builder(name, new Template(template));
  }

  /** A new task that starts as this one. */
  public Builder toBuilder() {
    return new Builder(this);
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
   * This task with another seed of splits and subsets.
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

  /** Reads the data from the first of the usual places that has it. */
  public TaskData load() {
    return load(DataFinder.usual());
  }

  /** Reads the data from a folder: one that holds benchmarks, or the task's own. */
  public TaskData load(Path folder) {
    return load(DataFinder.in(folder));
  }

  /** Reads the data from the first of a finder's places that has it. */
  public TaskData load(DataFinder finder) {
    return TaskData.load(this, finder);
  }

  /** Makes a task; labels, metrics and an edition are needed, all else has a usual value. */
  public static final class Builder {
    private String name;
    private String prefix;
    private final List<Edition> editions = new ArrayList<>();
    private Template template;
    private PairTemplate pair;
    private final Map<String, String> headers = new HashMap<>();
    private String label = "label";
    private Target target;
    private JsonLayout layout = JsonLayout.FLAT;
    private List<Metric> metrics = List.of();
    private Optional<Path> definition = Optional.empty();
    private long dataSeed = DATA_SEED;
    private OptionalInt maxTrainSamples = OptionalInt.empty();
    private PaperSetting paper = PaperSetting.GLUE;

    Builder(String name, Template template) {
      this.name = name;
      this.prefix = name;
      this.template = template;
    }

    Builder(Task task) {
      this(task.name(), task.template());
      prefix = task.prefix();
      pair = task.pair();
      editions.addAll(task.editions());
      headers.putAll(task.headers());
      label = task.label();
      target = task.target();
      layout = task.layout();
      metrics = task.metrics();
      definition = task.definition();
      dataSeed = task.dataSeed();
      maxTrainSamples = task.maxTrainSamples();
      paper = task.paper();
    }

    /** Another name; the prefix stays. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** The name that stands first in the source; usually the task's name. */
    public Builder prefix(String value) {
      prefix = value;
      return this;
    }

    /** A further form of the data, after those already there. */
    public Builder edition(Edition value) {
      editions.add(value);
      return this;
    }

    /** Another pattern of the source; an encoder then reads the usual texts of it. */
    public Builder template(String pattern) {
      template = new Template(pattern);
      pair = null;
      return this;
    }

    /** What an encoder reads; usually {@link PairTemplate#usual}. */
    public Builder pair(PairTemplate value) {
      pair = value;
      return this;
    }

    /** The name that a column of the template has in the published files. */
    public Builder header(String column, String published) {
      headers.put(column, published);
      return this;
    }

    /** The label's column in the files; usually {@code label}. */
    public Builder label(String column) {
      label = column;
      return this;
    }

    /** What the labels are. */
    public Builder target(Target value) {
      target = value;
      return this;
    }

    /** Classes by their names in the files, class 0 first. */
    public Builder labels(String... names) {
      return target(ClassLabels.of(names));
    }

    /** How JSON lines files hold the rows; usually a record a row. */
    public Builder layout(JsonLayout value) {
      layout = value;
      return this;
    }

    /** The metrics, of which the mean chooses the best epoch. */
    public Builder metrics(Metric... values) {
      metrics = List.of(values);
      return this;
    }

    /** How the paper trains on it; usually as on GLUE's large tasks. */
    public Builder paper(PaperSetting value) {
      paper = value;
      return this;
    }

    Builder definition(Path file) {
      definition = Optional.of(file);
      return this;
    }

    Builder dataSeed(long seed) {
      dataSeed = seed;
      return this;
    }

    Builder maxTrainSamples(int n) {
      maxTrainSamples = OptionalInt.of(n);
      return this;
    }

    /**
     * The task.
     *
     * @throws UserException (wrong usage) where labels, metrics or an edition are missing
     */
    public Task build() {
      if (target == null || metrics.isEmpty() || editions.isEmpty()) {
        throw UserException.usage("task %s: needs labels, metrics and an edition".formatted(name));
      }
      return new Task(
          name,
          prefix,
          editions,
          template,
          pair == null ? PairTemplate.usual(template) : pair,
          headers,
          label,
          target,
          layout,
          metrics,
          definition,
          dataSeed,
          maxTrainSamples,
          paper);
    }
  }
}
