package io.github.compacter4j.train;

import io.github.compacter4j.Home;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.DataFetcher;
import io.github.compacter4j.tasks.DataFinder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Describes a run and starts it; a value whose methods return changed copies.
 *
 * <pre>
 *   FineTuning.of(model, "compacter++", Glue.sst2()).epochs(3).seed(42).run()
 * </pre>
 */
public final class FineTuning {
  /** Precisions: all in float32, or the frozen matrices in bfloat16. */
  public static final List<String> PRECISIONS = List.of("float32", "bf16");

  /** What a run folder that exists already means. */
  public enum Existing {
    /** An error. */
    REFUSE,
    /** Go on from its checkpoint; nothing to do if it is finished. */
    RESUME,
    /** Delete it first. */
    OVERWRITE
  }

  final T5 model;
  final Method method;
  final Task task;
  private Protocol protocol;
  private long seed = 42;
  private String precision = "float32";
  private Path data;
  private Path out;
  private Existing existing = Existing.REFUSE;
  private RunListener listener = FrontEnd.newListener();

  private FineTuning(T5 model, Method method, Task task, Protocol protocol) {
    this.model = model;
    this.method = method;
    this.task = task;
    this.protocol = protocol;
  }

  /** A run with the protocol {@code small} for the bundled model, else {@code paper}. */
  public static FineTuning of(T5 model, Method method, Task task) {
    model.requireUsualRows();
    Method resolved = method.resolve(model.config());
    return new FineTuning(
        model, resolved, task, Protocol.named(model.usualProtocol(), method.name(), task));
  }

  /** The same with the method as text, for instance {@code compacter++[n=4]}. */
  public static FineTuning of(T5 model, String method, Task task) {
    return of(model, Methods.parse(method), task);
  }

  private FineTuning change(UnaryOperator<FineTuning> change) {
    FineTuning copy = new FineTuning(model, method, task, protocol);
    copy.seed = seed;
    copy.precision = precision;
    copy.data = data;
    copy.out = out;
    copy.existing = existing;
    copy.listener = listener;
    return change.apply(copy);
  }

  /** All settings of another protocol by its name, {@code paper} or {@code small}. */
  public FineTuning protocol(String name) {
    return protocol(Protocol.named(name, method.name(), task));
  }

  /** Other settings of training. */
  public FineTuning protocol(Protocol value) {
    return change(
        copy -> {
          copy.protocol = value;
          return copy;
        });
  }

  /** Passes over the training rows. */
  public FineTuning epochs(int epochs) {
    return protocol(protocol.with("epochs", epochs));
  }

  /** Most optimiser steps. */
  public FineTuning maxSteps(int steps) {
    return protocol(protocol.with("maxSteps", steps));
  }

  /** Rows of a batch. */
  public FineTuning batchSize(int rows) {
    return protocol(protocol.with("batchSize", rows));
  }

  /** Peak learning rate. */
  public FineTuning learningRate(double rate) {
    return protocol(protocol.with("learningRate", rate));
  }

  /** Steps between evaluations; 0 for one an epoch. */
  public FineTuning evaluationSteps(int steps) {
    return protocol(protocol.with("evaluationSteps", steps));
  }

  /** Seed of initialisation, order and dropout. */
  public FineTuning seed(long value) {
    return change(
        copy -> {
          copy.seed = value;
          return copy;
        });
  }

  /** {@code float32}, or {@code bf16} to keep frozen matrices in bfloat16. */
  public FineTuning precision(String value) {
    if (!PRECISIONS.contains(value)) {
      throw Names.unknown("precision", value, PRECISIONS);
    }
    return change(
        copy -> {
          copy.precision = value;
          return copy;
        });
  }

  /** A folder to take the data from, instead of the usual places. */
  public FineTuning data(Path folder) {
    return change(
        copy -> {
          copy.data = folder;
          return copy;
        });
  }

  /**
   * Takes the data from where they are found now; where no whole set is, the official files are
   * downloaded into the user's cache.
   *
   * @throws UserException where they cannot be downloaded
   */
  public FineTuning fetchData() {
    DataFetcher fetcher = DataFetcher.usual().progress(FrontEnd.downloads());
    return data(finder().fetching(fetcher).place(task));
  }

  /** The run folder, and what to do where it exists; without one a new folder is made. */
  public FineTuning out(Path folder, Existing whatIf) {
    return change(
        copy -> {
          copy.out = folder;
          copy.existing = whatIf;
          return copy;
        });
  }

  /** Who hears of the progress. */
  public FineTuning listener(RunListener value) {
    return change(
        copy -> {
          copy.listener = value;
          return copy;
        });
  }

  /** Another one who hears of the progress. */
  public FineTuning alsoTell(RunListener value) {
    return listener(listener.and(value));
  }

  /** The settings of training. */
  public Protocol protocol() {
    return protocol;
  }

  /** The seed. */
  public long seed() {
    return seed;
  }

  /** The precision. */
  public String precision() {
    return precision;
  }

  /** The method, with every {@code auto} resolved. */
  public Method method() {
    return method;
  }

  /** The task. */
  public Task task() {
    return task;
  }

  /** The model. */
  public T5 model() {
    return model;
  }

  Path dataFolder() {
    return data;
  }

  /** Who hears of the progress. */
  public RunListener listener() {
    return listener;
  }

  Existing existing() {
    return existing;
  }

  TaskData loadData() {
    return loadData(task);
  }

  /** The rows of another task from where this run's come. */
  public TaskData loadData(Task other) {
    return TaskData.load(other, finder());
  }

  /** Where the data is looked for. */
  public DataFinder finder() {
    return data == null ? DataFinder.usual() : DataFinder.in(data);
  }

  /** The run folder that was asked for, if one was. */
  Optional<RunFolder> folder() {
    return Optional.ofNullable(out).map(RunFolder::new);
  }

  /** Makes a new run folder in the project's {@code runs}. */
  RunFolder newFolder() {
    Path runs = Home.folder().orElse(Path.of("")).resolve("runs");
    return RunFolder.create(runs, task.name(), method.name(), seed);
  }

  /** The settings as the run folder keeps them. */
  public RunConfig config() {
    OptionalInt samples = task.maxTrainSamples();
    return new RunConfig(
        model.name(),
        model.fingerprint(),
        task.reference(),
        task.dataSeed(),
        samples.orElse(0),
        data == null ? null : data.toAbsolutePath().normalize().toString(),
        method.spec(),
        seed,
        precision,
        protocol);
  }

  /** The plan of the run in the folder, as its {@code config.json} tells it. */
  public static FineTuning of(T5 model, RunConfig config, Task task) {
    if (!model.fingerprint().equals(config.modelSha256())) {
      throw new UserException(
          "model "
              + model.name()
              + " has fingerprint "
              + model.fingerprint()
              + ", the run was made with "
              + config.modelSha256());
    }
    return onAnyBase(model, config, task);
  }

  /** The plan of a run as {@code config.json} tells it, on a base model of any fingerprint. */
  public static FineTuning onAnyBase(T5 model, RunConfig config, Task task) {
    Task seeded = task.withDataSeed(config.dataSeed());
    int samples = config.maxTrainSamples();
    FineTuning plan =
        of(model, config.spec(), samples == 0 ? seeded : seeded.withMaxTrainSamples(samples))
            .protocol(config.protocol())
            .seed(config.seed())
            .precision(config.precision());
    return config.data() == null ? plan : plan.data(Path.of(config.data()));
  }

  /** What will be done, a line each for method and task, parameters and model, protocol. */
  public String describe() {
    ParameterCount count = ParameterCounter.count(model.config(), method);
    return String.format(
        Locale.ROOT,
        "%s on %s%n%,d parameters train, %.4f %% of %s%n%s; seed %d, %s",
        count.spec(),
        task.name(),
        count.trainable(),
        count.percent(),
        model,
        protocol.describe(),
        seed,
        precision);
  }

  /**
   * Trains, evaluates and writes the run folder.
   *
   * @throws UserException if the folder is taken, the data is missing or bad, or training diverges
   */
  public Run run() {
    return new Runner(this).run();
  }
}
