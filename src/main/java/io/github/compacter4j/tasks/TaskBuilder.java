package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes a {@link Task}; labels, metrics and an edition are needed, all else has a usual value. */
public final class TaskBuilder {
  private String name;
  private String prefix;
  private final List<Edition> editions = new ArrayList<>();
  private Template template;
  private final Map<String, String> headers = new HashMap<>();
  private String label = "label";
  private Target target;
  private JsonLayout layout = JsonLayout.FLAT;
  private List<Metric> metrics = List.of();
  private Optional<Path> definition = Optional.empty();
  private long dataSeed = Task.DATA_SEED;
  private OptionalInt maxTrainSamples = OptionalInt.empty();
  private PaperSetting paper = PaperSetting.GLUE;

  TaskBuilder(String name, Template template) {
    this.name = name;
    this.prefix = name;
    this.template = template;
  }

  TaskBuilder(Task task) {
    this(task.name(), task.template());
    prefix = task.prefix();
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
  public TaskBuilder name(String value) {
    name = value;
    return this;
  }

  /** The name that stands first in the source; usually the task's name. */
  public TaskBuilder prefix(String value) {
    prefix = value;
    return this;
  }

  /** A further form of the data, after those already there. */
  public TaskBuilder edition(Edition value) {
    editions.add(value);
    return this;
  }

  /** Another pattern of the source. */
  public TaskBuilder template(String pattern) {
    template = new Template(pattern);
    return this;
  }

  /** The name that a column of the template has in the published files. */
  public TaskBuilder header(String column, String published) {
    headers.put(column, published);
    return this;
  }

  /** The label's column in the files; usually {@code label}. */
  public TaskBuilder label(String column) {
    label = column;
    return this;
  }

  /** What the labels are. */
  public TaskBuilder target(Target value) {
    target = value;
    return this;
  }

  /** Classes by their names in the files, class 0 first. */
  public TaskBuilder labels(String... names) {
    return target(ClassLabels.of(names));
  }

  /** How JSON lines files hold the rows; usually a record a row. */
  public TaskBuilder layout(JsonLayout value) {
    layout = value;
    return this;
  }

  /** The metrics, of which the mean chooses the best epoch. */
  public TaskBuilder metrics(Metric... values) {
    metrics = List.of(values);
    return this;
  }

  /** How the paper trains on it; usually as on GLUE's large tasks. */
  public TaskBuilder paper(PaperSetting value) {
    paper = value;
    return this;
  }

  TaskBuilder definition(Path file) {
    definition = Optional.of(file);
    return this;
  }

  TaskBuilder dataSeed(long seed) {
    dataSeed = seed;
    return this;
  }

  TaskBuilder maxTrainSamples(int n) {
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
