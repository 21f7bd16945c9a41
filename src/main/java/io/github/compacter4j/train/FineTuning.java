package io.github.compacter4j.train;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.Listeners;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.find.DataFetcher;
import io.github.compacter4j.tasks.find.Split;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import tech.tablesaw.api.Table;

/**
 * Describes a run and starts it; a value whose methods return changed copies.
 *
 * <pre>
 *   FineTuning.of(model, "compacter++", Glue.sst2()).epochs(3).seed(42).run()
 * </pre>
 *
 * @param model the model
 * @param method the method, with every {@code auto} resolved
 * @param task the task
 * @param protocol the settings of training
 * @param seed of initialisation, order and dropout
 * @param precision {@code float32}, or {@code bf16} for frozen matrices in bfloat16
 * @param pooling how an encoder's states become one vector; null for other models
 * @param start the folder of the adapter to start from; null for the method's own start
 * @param data the folder to take the data from; null for the usual places
 * @param out the run folder; null for a new one
 * @param existing what to do where the run folder exists
 * @param listener who hears of the progress
 */
@RecordBuilder
public record FineTuning(
    Pretrained model,
    Method method,
    Task task,
    Protocol protocol,
    long seed,
    String precision,
    String pooling,
    Path start,
    Path data,
    Path out,
    Existing existing,
    RunListener listener)
    implements RunPlan {
  /** Precisions: all in float32, or the frozen matrices in bfloat16. */
  public static final List<String> PRECISIONS = List.of("float32", "bf16");

  /**
   * Checks the precision.
   *
   * @throws UserException (wrong usage) for an unknown one
   */
  public FineTuning {
    if (!PRECISIONS.contains(precision)) {
      throw Names.unknown("precision", precision, PRECISIONS);
    }
  }

  /**
   * A run with the model's usual protocol: {@code small} for encoders and the bundled T5, else
   * {@code paper}.
   */
  public static FineTuning of(Pretrained model, Method method, Task task) {
    model.requireTrainable();
    return FineTuningBuilder.builder()
        .model(model)
        .method(method.resolve(model.anatomy()))
        .task(task)
        .protocol(model.protocol(model.usualProtocol(), method.spec(), task))
        .pooling(model.pooling(null))
        .seed(42)
        .precision(PRECISIONS.get(0))
        .existing(Existing.REFUSE)
        .listener(FrontEnd.newListener())
        .build();
  }

  /** A run with the method as text, for instance {@code compacter++[n=4]}. */
  public static FineTuning of(Pretrained model, String method, Task task) {
    return of(model, Methods.parse(method), task);
  }

  /** The run in the folder, as its {@code config.json} tells it. */
  public static FineTuning of(Pretrained model, RunConfig config, Task task) {
    if (!model.fingerprint().equals(config.modelSha256())) {
      throw new UserException(
          "model "
              + model.name()
              + " has fingerprint "
              + model.fingerprint()
              + ", the run was made with "
              + config.modelSha256());
    }
    FineTuning plan = onAnyBase(model, config, task);
    return config.start() == null ? plan : plan.startingFrom(config.start().path());
  }

  /**
   * A run as {@code config.json} tells it but for where it started, on a base model of any
   * fingerprint: for what is trained already.
   */
  public static FineTuning onAnyBase(Pretrained model, RunConfig config, Task task) {
    Task seeded = task.withDataSeed(config.dataSeed());
    int samples = config.maxTrainSamples();
    FineTuning plan =
        of(model, config.spec(), samples == 0 ? seeded : seeded.withMaxTrainSamples(samples))
            .protocol(config.protocol())
            .seed(config.seed())
            .precision(config.precision());
    plan = config.pooling() == null ? plan : plan.pooling(config.pooling());
    return config.data() == null ? plan : plan.data(Path.of(config.data()));
  }

  /**
   * A run that goes on with an adapter, by the method and the pooling that it was made with, and by
   * its seed where a part of the method is drawn from it.
   *
   * @param adapter a run, or any folder with {@code adapter.safetensors} and {@code adapter.json}
   * @throws UserException if there is no adapter, or it was trained on another base
   */
  public static FineTuning from(Pretrained model, Path adapter, Task task) {
    RunFolder folder = new RunFolder(adapter);
    AdapterInfo info = folder.readAdapterInfo();
    FineTuning plan = of(model, info.spec(), task);
    plan = plan.method().needsSeed() ? plan.seed(info.seed()) : plan;
    return (plan.pooling() == null
            ? plan
            : plan.pooling(AdapterFile.pooling(folder.adapter()).toString()))
        .startingFrom(adapter);
  }

  /**
   * This run, starting from an adapter's tensors.
   *
   * @throws UserException if there is no adapter, or it is of another base, or of another method
   */
  public FineTuning startingFrom(Path adapter) {
    AdapterInfo info = new RunFolder(adapter).readAdapterInfo();
    info.requireBase(adapter, model.identity());
    if (!info.spec().equals(method.spec().toString())) {
      throw UserException.usage(
          "%s: an adapter of %s cannot start %s".formatted(adapter, info.spec(), method));
    }
    return with(copy -> copy.start(adapter));
  }

  private FineTuning with(UnaryOperator<FineTuningBuilder> change) {
    return change.apply(FineTuningBuilder.builder(this)).build();
  }

  /**
   * All settings of another protocol by its name: {@code paper} or {@code small} for a T5, {@code
   * small} or {@code glue} for an encoder.
   */
  public FineTuning protocol(String name) {
    return protocol(model.protocol(name, method.spec(), task));
  }

  /** Other settings of training. */
  public FineTuning protocol(Protocol value) {
    return with(copy -> copy.protocol(value));
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
    return with(copy -> copy.seed(value));
  }

  /** {@code float32}, or {@code bf16} to keep frozen matrices in bfloat16. */
  public FineTuning precision(String value) {
    return with(copy -> copy.precision(value));
  }

  /**
   * How an encoder's states become one vector: {@code mean} or {@code cls}.
   *
   * @throws UserException (wrong usage) for another name, or a model that is no encoder
   */
  public FineTuning pooling(String value) {
    return with(copy -> copy.pooling(model.pooling(value)));
  }

  /** A folder to take the data from, instead of the usual places. */
  public FineTuning data(Path folder) {
    return with(copy -> copy.data(folder));
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
    return with(copy -> copy.out(folder).existing(whatIf));
  }

  /** Who hears of the progress. */
  public FineTuning listener(RunListener value) {
    return with(copy -> copy.listener(value));
  }

  /** Another one who hears of the progress. */
  public FineTuning alsoTell(RunListener value) {
    return listener(new Listeners(listener, value));
  }

  /**
   * Trains, evaluates and writes the run folder.
   *
   * @throws UserException if the folder is taken, the data is missing or bad, or training diverges
   */
  public Run run() {
    return new Runner(this).run();
  }

  /**
   * The rows of a split as this model reads them: columns {@code source}, or {@code first} and
   * {@code second} where an encoder reads two texts apart, and {@code target}.
   */
  public Table examples(Split split) {
    List<Example> rows = reader().examples(loadData(), split);
    boolean pairs = rows.get(0).texts().second().isPresent();
    Table table =
        Table.create("%s, %s, as %s reads it".formatted(task.name(), split, model.name()));
    table.addColumns(Columns.text(pairs ? "first" : "source", rows, row -> row.texts().first()));
    if (pairs) {
      table.addColumns(Columns.text("second", rows, row -> row.texts().second().orElseThrow()));
    }
    return table.addColumns(Columns.text("target", rows, Example::target));
  }
}
