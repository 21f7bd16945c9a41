package io.github.compacter4j.adapters;

import io.github.compacter4j.UserException;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.learner.Prediction;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.tables.Field;
import io.github.compacter4j.tasks.ClassLabels;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.TaskInput;
import io.github.compacter4j.tasks.find.DataFinder;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.submit.TestRows;
import io.github.compacter4j.train.Evaluator;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A trained adapter, usually a run's best weights, at work on new text. */
public final class Predictor implements AutoCloseable {
  private final AdapterSlot slot;
  private final AdapterSource adapter;
  private final FineTuning plan;
  private final Task task;
  private final boolean owner; // of the slot and its base model

  /** Of one of several adapters, which stay the caller's. */
  Predictor(AdapterSlot slot, AdapterSource adapter) {
    this(slot, adapter, false);
  }

  private Predictor(AdapterSlot slot, AdapterSource adapter, boolean owner) {
    this.slot = slot;
    this.adapter = adapter;
    this.owner = owner;
    plan = adapter.plan();
    task = plan.task();
  }

  /** Loads the base model and the weights of a run. */
  public static Predictor of(RunFolder folder) {
    return of(folder, null, false);
  }

  /**
   * Loads a run on a task that is defined in Java and known by no name, or whose YAML file is
   * elsewhere by now: {@code Predictor.of(run, Tasks.named("here/task.yaml"))}.
   */
  public static Predictor of(RunFolder folder, Task task) {
    return load(folder, null, false, task);
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
    return load(folder, base, force, folder.task());
  }

  /**
   * Loads an adapter on a task of one's own, whose definition is not where it was.
   *
   * @throws UserException also if the adapter is of a task of another name
   */
  public static Predictor of(RunFolder folder, String base, boolean force, Task task) {
    String name = folder.readAdapterInfo().task();
    if (!name.equals(task.name())) {
      throw UserException.usage(
          "%s: an adapter of task '%s', not of '%s'".formatted(folder.path(), name, task.name()));
    }
    return load(folder, base, force, task);
  }

  private static Predictor load(RunFolder folder, String base, boolean force, Task task) {
    Pretrained model =
        Pretrained.load(base == null ? folder.readAdapterInfo().model().name() : base);
    AdapterSlot slot = null;
    try {
      slot = new AdapterSlot(model);
      AdapterSource adapter = AdapterSource.read(model, folder, task, force);
      slot.activate(adapter);
      return new Predictor(slot, adapter, true);
    } catch (RuntimeException e) {
      if (slot != null) {
        slot.close();
      }
      model.close();
      throw e;
    }
  }

  /** What the model writes for each source text, taken as it is. */
  public List<String> generate(List<String> sources) {
    return predict(plan.reader().rows(plan.reader().asTheyAre(sources)));
  }

  /**
   * The prediction for each text, taken as it is, with the probabilities of the labels where the
   * model chooses among them.
   *
   * @throws UserException (wrong usage) for an encoder on a task of two texts
   */
  public List<Prediction> predictions(List<String> sources) {
    return shown(plan.reader().asTheyAre(sources));
  }

  /**
   * The prediction for each row of a file of tab-separated or comma-separated columns or JSON
   * lines, with the probabilities of the labels where the model chooses among them.
   *
   * @throws UserException naming file and line of the first row that cannot be predicted
   */
  public List<Prediction> predictions(Path file) {
    return shown(input(file).requireAll().texts());
  }

  /**
   * What becomes of each row of a file, in its order: a prediction, or what hinders it.
   *
   * @throws UserException where the file as a whole cannot be read
   */
  public List<InputAnswer> answers(Path file) {
    TaskInput<Example> input = input(file);
    List<Prediction> predictions = input.texts().isEmpty() ? List.of() : shown(input.texts());
    return InputAnswer.inOrder(predictions, input.lines(), input.broken());
  }

  private TaskInput<Example> input(Path file) {
    TaskInput<Example> input = plan.reader().input(file);
    input.withoutText().ifPresent(plan.listener()::onWarning);
    return input;
  }

  private List<Prediction> shown(List<Example> examples) {
    return predictions(plan.reader().rows(examples)).stream().map(this::named).toList();
  }

  /** A user's own task has names for its labels, which are shown instead of their numbers. */
  private Prediction named(Prediction prediction) {
    if (!(task.target() instanceof ClassLabels labels) || task.definition().isEmpty()) {
      return prediction;
    }
    Map<String, Double> byName = new LinkedHashMap<>();
    prediction.probabilities().forEach((number, p) -> byName.put(labels.named(number), p));
    return new Prediction(labels.named(prediction.text()), byName, prediction.isWritten());
  }

  private String named(String text) {
    return named(Prediction.written(text)).text();
  }

  private static List<String> texts(List<Prediction> predictions) {
    return predictions.stream().map(Prediction::text).toList();
  }

  /**
   * Predictions for texts: of a task of one text a row each is a row, of a task of several texts
   * together they are one row, in the order of {@link Task#fields()}.
   *
   * @return columns of the texts, of the prediction and, where the model chooses among labels, of
   *     their probabilities
   * @throws UserException (wrong usage) for another number of texts than a row has
   */
  public Table predict(String... texts) {
    List<String> names = task.fields().stream().map(Field::name).toList();
    List<Map<String, String>> rows = rows(names, texts);
    List<Prediction> predictions =
        shown(rows.stream().map(row -> plan.reader().example(row::get)).toList());
    Table table = Table.create("Predictions");
    names.forEach(name -> table.addColumns(Columns.text(name, rows, row -> row.get(name))));
    table.addColumns(StringColumn.create("prediction", texts(predictions)));
    for (String label : predictions.get(0).probabilities().keySet()) {
      table.addColumns(
          Columns.numbers(
              "p(" + label + ")", 3, predictions, row -> row.probabilities().get(label)));
    }
    return table;
  }

  private List<Map<String, String>> rows(List<String> names, String... texts) {
    if (names.size() == 1) {
      return Stream.of(texts).map(text -> Map.of(names.get(0), text)).toList();
    }
    if (texts.length != names.size()) {
      throw UserException.usage(
          "a row of task %s has %d texts (%s), found %d; for many rows give a file with them as columns"
              .formatted(task.name(), names.size(), String.join(", ", names), texts.length));
    }
    Map<String, String> row = new HashMap<>();
    for (int i = 0; i < texts.length; i++) {
      row.put(names.get(i), texts[i]);
    }
    return List.of(row);
  }

  /**
   * A prediction for each row of a file of tab-separated or comma-separated columns or JSON lines.
   *
   * @throws UserException naming file and line of the first row that cannot be predicted
   */
  public List<String> predict(Path file) {
    return texts(predictions(file));
  }

  /** A prediction for each official test row. */
  public List<String> predict(TestRows rows) {
    return predict(plan.reader().rows(plan.reader().examples(rows)));
  }

  /** Scores on a split, in percent. */
  public RunResult.Scores evaluate(Split split) {
    return evaluate(task, split);
  }

  /** Scores on a split of another task, such as a diagnostic set for the run's own, in percent. */
  public RunResult.Scores evaluate(Task examined, Split split) {
    Tokenized rows = tokenized(examined, split);
    return new RunResult.Scores(rows.score(examined.metrics(), predict(rows)), rows.size());
  }

  /**
   * Scores on a split of a task, in percent, with bootstrap intervals.
   *
   * @param confidence of the intervals, in percent, above 0 and below 100
   */
  public Evaluation evaluate(Task examined, Split split, double confidence) {
    Tokenized rows = tokenized(examined, split);
    List<String> written = predict(rows);
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
    List<String> written = predict(tokenized(task, split));
    BooleanColumn right = BooleanColumn.create("right");
    for (int row = 0; row < written.size(); row++) {
      right.append(written.get(row).equals(targets.get(row)));
    }
    return Table.create(
        "Predictions on " + task.name() + ", " + split,
        StringColumn.create("source", examples.stream().map(Example::source)),
        StringColumn.create("target", targets.stream().map(this::named)),
        StringColumn.create("prediction", written.stream().map(this::named)),
        right);
  }

  private List<String> predict(Tokenized rows) {
    return texts(predictions(rows));
  }

  private List<Prediction> predictions(Tokenized rows) {
    rows.cut().ifPresent(plan.listener()::onWarning);
    slot.activate(adapter);
    int batchSize = plan.protocol().evaluationBatchSize();
    return new Evaluator(plan.learner(slot.network()), batchSize)
        .predictions(rows, plan.protocol().finalLength());
  }

  private Tokenized tokenized(Task examined, Split split) {
    return plan.reader(examined).rows(examples(examined, split));
  }

  private List<Example> examples(Task examined, Split split) {
    TaskData data = plan.loadData(examined);
    if (examined.name().equals(task.name())) {
      adapter.folder().otherData(data).ifPresent(this::warnOfOtherData);
    }
    data.withoutText().forEach(plan.listener()::onWarning);
    return plan.reader(examined).examples(data, split);
  }

  private void warnOfOtherData(String difference) {
    plan.listener().onWarning("not the data that the run was made with: " + difference);
  }

  /**
   * Writes the adapter for Python users into a new folder.
   *
   * @throws UserException if the format is another family's or cannot hold what the method
   *     computes, or the folder is not empty
   */
  public void export(ExportFormat format, Path out) {
    new AdapterExport(slot, adapter, task).write(format, out);
  }

  /**
   * Writes a model's folder whose matrices contain what the method adds to them, in the types of
   * the base model's files; what trained of the base itself and a head stay in float32.
   *
   * @return the largest difference that merging and its type make to a changed matrix's outputs,
   *     the inputs being N(0, 1)
   * @throws UserException if the format is no model's folder or another family's, if nothing can be
   *     merged or something is left over, or the folder is not empty
   */
  public double exportMerged(ExportFormat format, Path out) {
    return new AdapterExport(slot, adapter, task).writeMerged(format, out);
  }

  /** Frees what {@link #of} loaded; the adapters of {@code Adapters} stay. */
  @Override
  public void close() {
    if (owner) {
      slot.close();
      slot.base().close();
    }
  }
}
