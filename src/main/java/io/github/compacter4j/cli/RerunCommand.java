package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.cli.display.ConsoleProgress;
import io.github.compacter4j.cli.display.StopOnSignal;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.run.RunDifferences;
import io.github.compacter4j.run.RunDifferences.Difference;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Repeats a run and compares. */
@Command(
    name = "rerun",
    description = {
      "Repeat a run from its folder, with as many threads as it had unless --threads says"
          + " otherwise, and compare; other threads give other last bits.",
      "Exit status 1 if results, losses or weights differ."
    },
    mixinStandardHelpOptions = true)
final class RerunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The folder of a finished run.")
  Path folder;

  @Option(names = "--out", description = "Folder of the repetition; default: runs/... as in train.")
  Path out;

  @Option(names = "--resume", description = "Go on with the repetition in --out.")
  boolean resume;

  @Option(
      names = "--task-file",
      description =
          "The YAML file that defines the run's own task, where it is not found as it was then.")
  Path taskFile;

  @Mixin MachineOptions machine;
  @Mixin Output output;

  @Override
  public Integer call() {
    if (resume && out == null) {
      throw UserException.usage("--resume needs --out");
    }
    RunFolder before = new RunFolder(folder);
    RunFolder.requireRoom(out);
    RunConfig config = before.readConfig();
    Task task = taskFile == null ? before.task() : Tasks.named(taskFile.toString());
    machine.defaultThreads(before.readResult().measures().threads());
    machine.apply();
    try (Pretrained model = Pretrained.load(config.model())) {
      FineTuning plan =
          FineTuning.of(model, config, task)
              .out(out, resume ? FineTuning.Existing.RESUME : FineTuning.Existing.REFUSE)
              .listener(new ConsoleProgress());
      return StopOnSignal.during(signals -> compare(before, plan.alsoTell(signals).run()));
    }
  }

  private int compare(RunFolder before, Run run) {
    List<Difference> differences = RunDifferences.outcome(before, run.folder());
    output.print(differences, run.folder().path() + ": " + DiffCommand.text(differences));
    return differences.isEmpty() ? 0 : UserException.BAD_INPUT;
  }
}
