package io.github.compacter4j.train;

import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.learner.ModelFiles;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.learner.TaskReader;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.find.DataFinder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a run is to do; {@link FineTuning} makes one. */
public interface RunPlan {

  /** What a run folder that exists already means. */
  enum Existing {
    /** An error. */
    REFUSE,
    /** Go on from its checkpoint; nothing to do if it is finished. */
    RESUME,
    /** Delete it first. */
    OVERWRITE
  }

  /** The model. */
  Pretrained model();

  /** The method, with every {@code auto} resolved. */
  Method method();

  /** The task. */
  Task task();

  /** The settings of training. */
  Protocol protocol();

  /** The seed of initialisation, order and dropout. */
  long seed();

  /** {@code float32}, or {@code bf16} for frozen matrices in bfloat16. */
  String precision();

  /** How an encoder's states become one vector; null for other models. */
  String pooling();

  /** The folder of the adapter to start from; null for the method's own start. */
  Path start();

  /** The folder to take the data from; null for the usual places. */
  Path data();

  /** The run folder that was asked for; null for a new one in the project's {@code runs}. */
  Path out();

  /** What to do where the run folder exists. */
  Existing existing();

  /** Who hears of the progress. */
  RunListener listener();

  /** What the model reads of a task as the plan says. */
  default TaskReader reader(Task read) {
    requirePositions();
    return model().reader(read, protocol().maxSourceLength(), method().prefixesTask());
  }

  /** Refuses texts for which the model has no positions. */
  private void requirePositions() {
    int prompt = method().promptLength();
    int most = model().anatomy().maxTokens().orElse(Integer.MAX_VALUE) - prompt;
    if (protocol().maxSourceLength() > most) {
      throw UserException.usage(
          "sources of at most %d ids are asked for (--max-source-length); model %s has positions for %d%s"
              .formatted(
                  protocol().maxSourceLength(),
                  model().name(),
                  most,
                  prompt == 0 ? "" : " beside a prompt of " + prompt));
    }
  }

  /** What the model reads of the plan's own task. */
  default TaskReader reader() {
    return reader(task());
  }

  /** A fresh network of the model for the plan's task; the caller closes it. */
  default Network newNetwork() {
    return model().newNetwork(task(), pooling(), seed());
  }

  /** What learns the plan's task in a network of the model. */
  default Learner learner(Network network) {
    return model().learner(network, task(), protocol());
  }

  /** The task's rows. */
  default TaskData loadData() {
    return loadData(task());
  }

  /** The rows of another task from where this run's come. */
  default TaskData loadData(Task other) {
    return other.load(finder());
  }

  /** Where the data is looked for. */
  default DataFinder finder() {
    return data() == null ? DataFinder.usual() : DataFinder.in(data());
  }

  /** The run folder that was asked for, if one was. */
  default Optional<RunFolder> folder() {
    return Optional.ofNullable(out()).map(RunFolder::new);
  }

  /** Makes a new run folder where runs go that have none of their own. */
  default RunFolder newFolder() {
    return RunFolder.create(FrontEnd.runs(), task().name(), method().name(), seed());
  }

  /** The settings as the run folder keeps them. */
  default RunConfig config() {
    return new RunConfig(
        ModelFiles.absolute(model().name()),
        model().fingerprint(),
        task().reference(),
        task().dataSeed(),
        task().maxTrainSamples().orElse(0),
        data() == null ? null : data().toAbsolutePath().normalize().toString(),
        method().spec().toString(),
        seed(),
        precision(),
        pooling(),
        start() == null ? null : RunConfig.Start.of(start()),
        protocol());
  }

  /** What will be done, a line each for method and task, parameters and model, protocol. */
  default String describe() {
    ParameterCount count = ParameterCounter.count(model().anatomy(), method());
    return String.format(
        Locale.ROOT,
        "%s on %s%n%,d parameters train, %.4f %% of %s%n%s; seed %d, %s",
        count.spec(),
        task().name(),
        count.trainable(),
        count.percent(),
        model(),
        protocol().describe(),
        seed(),
        precision());
  }
}
