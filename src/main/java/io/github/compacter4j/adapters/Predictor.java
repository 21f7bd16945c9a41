package io.github.compacter4j.adapters;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterHubExport;
import io.github.compacter4j.checkpoint.T5Export;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.tasks.DataFinder;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Split;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.TaskInput;
import io.github.compacter4j.tasks.TestRows;
import io.github.compacter4j.train.Evaluator;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A trained adapter, usually a run's best weights, at work on new text. */
public final class Predictor implements AutoCloseable {
  private static final String RUN = "run";

  private final Adapters adapters;
  private final String name;
  private final FineTuning plan;
  private final Task task;
  private final T5 model;
  private T5 ownModel; // to close, besides the adapters

  /** Of one of several adapters, which stay the caller's. */
  Predictor(Adapters adapters, String name, FineTuning plan) {
    this.adapters = adapters;
    this.name = name;
    this.plan = plan;
    task = plan.task();
    model = adapters.base();
  }

  /** Loads the base model and the weights of a run. */
  public static Predictor of(RunFolder folder) {
    return of(folder, null, false);
  }

  /** The same for a run on a task that is defined in Java and known by no name. */
  public static Predictor of(RunFolder folder, Task task) {
    return load(folder, null, adapters -> adapters.add(RUN, folder.path(), task, false));
  }

  /** Loads the base model and the weights of a finished run. */
  public static Predictor of(Run run) {
    return of(run.folder());
  }

  /**
   * Loads a base model and the weights of a run.
   *
   * @param base name or folder of the base model; null for the one that the run names
   * @param force whether a base with another fingerprint will do
   * @throws UserException with both fingerprints, if they differ and it is not forced
   */
  public static Predictor of(RunFolder folder, String base, boolean force) {
    return load(folder, base, adapters -> adapters.add(RUN, folder.path(), force));
  }

  /**
   * The same for an adapter on a task of one's own, whose definition is not where it was.
   *
   * @throws UserException also if the adapter is of a task of another name
   */
  public static Predictor of(RunFolder folder, String base, boolean force, Task task) {
    String name = folder.readAdapterInfo().task();
    if (!name.equals(task.name())) {
      throw UserException.usage(
          "%s: an adapter of task '%s', not of '%s'".formatted(folder.path(), name, task.name()));
    }
    return load(folder, base, adapters -> adapters.add(RUN, folder.path(), task, force));
  }

  private static Predictor load(RunFolder folder, String base, Consumer<Adapters> adding) {
    T5 model = T5.load(base == null ? folder.readAdapterInfo().model().name() : base);
    Adapters adapters = null;
    try {
      adapters = Adapters.on(model);
      adding.accept(adapters);
      Predictor predictor = adapters.activate(RUN);
      predictor.ownModel = model;
      return predictor;
    } catch (RuntimeException e) {
      if (adapters != null) {
        adapters.close();
      }
      model.close();
      throw e;
    }
  }

  /** What the model writes for each source text, taken as it is. */
  public List<String> generate(List<String> sources) {
    List<Example> examples = sources.stream().map(s -> new Example(s, "")).toList();
    return written(
        new Tokenized("input", examples, model.tokenizer(), plan.protocol().maxSourceLength()));
  }

  /** Predictions for a task of one text a row: columns of the text and of what the model writes. */
  public Table predict(String... texts) {
    if (task.fields().size() != 1) {
      throw UserException.usage(
          "task "
              + task.name()
              + " has "
              + task.fields().size()
              + " texts a row; give a file with them as columns");
    }
    List<String> sources =
        Arrays.stream(texts)
            .map(text -> task.source(field -> text, plan.method().prefixesTask()))
            .toList();
    return Table.create(
        "Predictions",
        StringColumn.create(task.fields().get(0).name(), texts),
        StringColumn.create("prediction", generate(sources)));
  }

  /** A prediction for each row of a tab-separated file with the task's texts as columns. */
  public List<String> predict(Path file) {
    return generate(TaskInput.sources(task, file, plan.method().prefixesTask()));
  }

  /** A prediction for each official test row. */
  public List<String> predict(TestRows rows) {
    return generate(rows.sources(plan.method().prefixesTask()));
  }

  /** Scores on a split, in percent. */
  public RunResult.Scores evaluate(Split split) {
    return evaluate(task, split);
  }

  /** Scores on a split of another task, such as a diagnostic set for the run's own, in percent. */
  public RunResult.Scores evaluate(Task examined, Split split) {
    Tokenized rows = tokenized(examined, split);
    return new RunResult.Scores(rows.score(examined.metrics(), written(rows)), rows.size());
  }

  /**
   * Scores on a split of a task, in percent, with bootstrap intervals.
   *
   * @param confidence of the intervals, in percent, above 0 and below 100
   */
  public Evaluation evaluate(Task examined, Split split, double confidence) {
    Tokenized rows = tokenized(examined, split);
    List<String> written = written(rows);
    return new Evaluation(
        rows.score(examined.metrics(), written),
        rows.size(),
        confidence,
        rows.intervals(examined.metrics(), written, confidence));
  }

  /** The run's task. */
  public Task task() {
    return task;
  }

  /** Where the run's data is looked for. */
  DataFinder finder() {
    return plan.finder();
  }

  /**
   * The rows of a split with what is predicted for them: columns {@code source}, {@code target},
   * {@code prediction} and {@code right}, whether target and prediction are the same text.
   */
  public Table predictions(Split split) {
    List<Example> examples = examples(task, split);
    List<String> targets = examples.stream().map(Example::target).toList();
    List<String> written = written(tokenized(task, split));
    BooleanColumn right = BooleanColumn.create("right");
    for (int row = 0; row < written.size(); row++) {
      right.append(written.get(row).equals(targets.get(row)));
    }
    return Table.create(
        "Predictions on " + task.name() + ", " + split,
        StringColumn.create("source", examples.stream().map(Example::source)),
        StringColumn.create("target", targets),
        StringColumn.create("prediction", written),
        right);
  }

  private List<String> written(Tokenized rows) {
    return evaluator().predict(rows, plan.protocol().finalLength());
  }

  private Tokenized tokenized(Task examined, Split split) {
    return new Tokenized(
        examined.name() + ", " + split,
        examples(examined, split),
        model.tokenizer(),
        plan.protocol().maxSourceLength());
  }

  private List<Example> examples(Task examined, Split split) {
    TaskData data = plan.loadData(examined);
    if (examined.name().equals(task.name())) {
      adapters.folder(name).otherData(data).ifPresent(this::warnOfOtherData);
    }
    return data.examples(split, plan.method().prefixesTask());
  }

  private void warnOfOtherData(String difference) {
    plan.listener().onWarning("not the data that the run was made with: " + difference);
  }

  /**
   * Writes the adapter for Python users into a new folder.
   *
   * @throws UserException if the format cannot hold what the method computes, or the folder is not
   *     empty
   */
  public void export(ExportFormat format, Path out) {
    adapters.activateWide(name);
    switch (format) {
      case T5 -> T5Export.write(adapters.network(), model.folder(), out);
      case ADAPTERHUB -> AdapterHubExport.write(adapters.adaptation(), adapters.info(name), out);
    }
  }

  private Evaluator evaluator() {
    adapters.activate(name);
    return Evaluator.of(adapters.network(), model.tokenizer(), plan.protocol(), task);
  }

  /** Frees what {@link #of} loaded; the adapters of {@link Adapters} stay. */
  @Override
  public void close() {
    if (ownModel != null) {
      adapters.close();
      ownModel.close();
    }
  }
}
