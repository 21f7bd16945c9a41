package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.cli.display.ConsoleProgress;
import io.github.compacter4j.cli.display.StopOnSignal;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.cli.options.PossibleMethod;
import io.github.compacter4j.cli.options.ProtocolOptions;
import io.github.compacter4j.cli.options.RunOptions;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains one run. */
@Command(
    name = "train",
    description = "Fine-tune a T5 or an encoder on a task with a method; writes a run folder.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  @Mixin RunOptions options;

  @Option(
      names = "--task",
      required = true,
      description = "A task, for instance sst2 or rte, or a YAML file that defines one.")
  String task;

  @Option(
      names = "--method",
      description =
          "A method with options in brackets; default: that of --from, without it compacter++.")
  String method;

  @Option(
      names = "--from",
      paramLabel = "ADAPTER",
      description =
          "A run or adapter folder, for instance an imported one, whose tensors training starts"
              + " from.")
  Path start;

  @Option(
      names = "--fetch",
      description = "Download the task's official files where no whole set is found.")
  boolean fetch;

  @Option(names = "--out", description = "Run folder; default: runs/<task>-<method>-s<seed>-NNN.")
  Path out;

  @Option(
      names = "--protocol",
      description =
          "paper or small for a T5, small or glue for an encoder; default: small for encoders"
              + " and the bundled model, else paper.")
  String protocol;

  @Option(
      names = "--pooling",
      description =
          "How an encoder's states become one vector, mean or cls; default: as its folder says.")
  String pooling;

  @Mixin ProtocolOptions settings;

  @Option(
      names = "--seed",
      description =
          "Seed of initialisation, order and dropout; default: 42, and with --from the adapter's where"
              + " a part of its method is drawn from it.")
  Long seed;

  @Mixin MachineOptions machine;

  @Option(names = "--resume", description = "Go on with the run in --out; start it if missing.")
  boolean resume;

  @Option(names = "--overwrite", description = "Replace the run in --out.")
  boolean overwrite;

  @Mixin Output output;

  @Override
  public Integer call() {
    RunFolder.requireRoom(out);
    Task chosen = options.task(task);
    machine.apply();
    try (Pretrained model = options.loadModel()) {
      FineTuning plan =
          options
              .applyTo(settings(plan(model, chosen)))
              .out(out, existing())
              .listener(new ConsoleProgress());
      FineTuning whole = fetch ? plan.fetchData() : plan;
      return StopOnSignal.during(
          signals -> {
            Run run = whole.alsoTell(signals).run();
            output.print(run.result(), run.toString());
            return 0;
          });
    }
  }

  private FineTuning plan(Pretrained model, Task task) {
    FineTuning plan = unseeded(model, task);
    return seed == null ? plan : plan.seed(seed);
  }

  private FineTuning unseeded(Pretrained model, Task task) {
    if (start == null) {
      return FineTuning.of(model, method == null ? "compacter++" : method, task);
    }
    FineTuning plan = FineTuning.from(model, start, task);
    Method given = method == null ? plan.method() : PossibleMethod.of(method, model.anatomy());
    if (!given.equals(plan.method())) {
      throw UserException.usage(
          "--from %s is an adapter of %s, not of %s".formatted(start, plan.method(), given));
    }
    return plan;
  }

  private FineTuning.Existing existing() {
    if (resume && overwrite) {
      throw UserException.usage("--resume and --overwrite exclude each other");
    }
    if ((resume || overwrite) && out == null) {
      throw UserException.usage("--resume and --overwrite need --out");
    }
    return resume
        ? FineTuning.Existing.RESUME
        : overwrite ? FineTuning.Existing.OVERWRITE : FineTuning.Existing.REFUSE;
  }

  private FineTuning settings(FineTuning plan) {
    FineTuning named = protocol == null ? plan : plan.protocol(protocol);
    FineTuning pooled = pooling == null ? named : named.pooling(pooling);
    return pooled.protocol(settings.applyTo(pooled.protocol()));
  }
}
