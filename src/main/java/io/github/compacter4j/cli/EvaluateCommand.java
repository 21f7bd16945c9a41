package io.github.compacter4j.cli;

import io.github.compacter4j.tasks.Split;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.train.Predictor;
import io.github.compacter4j.train.RunFolder;
import io.github.compacter4j.train.RunResult;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scores a run's best weights. */
@Command(
    name = "evaluate",
    description = "Score the best weights of a run on a split.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Option(names = "--run", required = true, description = "Run folder.")
  Path run;

  @Option(
      names = "--split",
      defaultValue = "validation",
      description = "train, validation or test; default: ${DEFAULT-VALUE}.")
  String split;

  @Option(
      names = "--task",
      description = "Another task than the run's, such as a diagnostic set: axb or axg.")
  String task;

  @Mixin Output output;

  @Override
  public Integer call() {
    Split chosen = Split.parse(split);
    try (Predictor predictor = Predictor.of(new RunFolder(run))) {
      RunResult.Scores scores =
          task == null ? predictor.evaluate(chosen) : predictor.evaluate(Tasks.named(task), chosen);
      output.print(scores, chosen + ", " + scores.rows() + " rows: " + scores.metrics());
    }
    return 0;
  }
}
