package io.github.compacter4j.train;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.methods.Adaptation;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.DataFinder;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Split;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.TaskInput;
import io.github.compacter4j.tasks.Tasks;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A run's best weights at work on new text. */
public final class Predictor implements AutoCloseable {
  private final T5 model;
  private final RunConfig config;
  private final FineTuning plan;
  private final Task task;
  private final T5Network network;
  private final Adaptation adaptation;

  private Predictor(RunFolder folder, Function<String, Task> tasks) {
    config = folder.readConfig();
    model = T5.load(config.model());
    plan = FineTuning.of(model, config, tasks.apply(config.task()));
    task = plan.task();
    network = model.newNetwork();
    adaptation = plan.method().applyTo(network, task.name(), config.seed());
    AdapterFile.read(folder.adapter(), adaptation.trainable());
  }

  /** Loads the base model and the weights of a run. */
  public static Predictor of(RunFolder folder) {
    return new Predictor(folder, Tasks::named);
  }

  /** The same for a run on a task that is defined in Java and known by no name. */
  public static Predictor of(RunFolder folder, Task task) {
    return new Predictor(folder, name -> task);
  }

  /** Loads the base model and the weights of a finished run. */
  public static Predictor of(Run run) {
    return of(run.folder());
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

  private List<String> written(Tokenized rows) {
    return evaluator().predict(rows, plan.protocol().finalLength());
  }

  private Tokenized tokenized(Task examined, Split split) {
    DataFinder finder =
        config.data() == null ? DataFinder.usual() : DataFinder.in(Path.of(config.data()));
    return new Tokenized(
        examined.name() + ", " + split,
        TaskData.load(examined, finder).examples(split, plan.method().prefixesTask()),
        model.tokenizer(),
        plan.protocol().maxSourceLength());
  }

  private Evaluator evaluator() {
    return Evaluator.of(network, model.tokenizer(), plan.protocol(), task);
  }

  @Override
  public void close() {
    adaptation.close();
    network.close();
    model.close();
  }
}
