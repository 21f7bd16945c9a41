package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.adapters.Evaluation;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.cli.options.BaseOptions;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.metrics.Interval;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.find.Split;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Locale;
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

  @Option(
      names = "--confidence",
      description = "Add bootstrap intervals over the split's rows of this confidence, in percent.")
  Double confidence;

  @Mixin MachineOptions machine;
  @Mixin BaseOptions base;
  @Mixin Output output;

  @Override
  public Integer call() {
    machine.apply();
    Split chosen = Split.parse(split);
    if (confidence != null) {
      if (confidence <= 1) {
        throw UserException.usage(
            "--confidence is %s, expected percent, for instance 95".formatted(confidence));
      }
      Interval.requireConfidence(confidence);
    }
    try (Predictor predictor = base.load(run)) {
      Task examined = task == null ? predictor.task() : Tasks.named(task);
      if (confidence == null) {
        RunResult.Scores scores = predictor.evaluate(examined, chosen);
        String text = "%s, %d rows: %s".formatted(chosen, scores.rows(), scores.text());
        output.print(scores, text);
      } else {
        Evaluation evaluation = predictor.evaluate(examined, chosen, confidence);
        output.print(evaluation, chosen + ", " + text(evaluation));
      }
    }
    return 0;
  }

  private static String text(Evaluation evaluation) {
    StringBuilder text = new StringBuilder(evaluation.rows() + " rows");
    evaluation
        .metrics()
        .forEach(
            (metric, score) -> {
              Interval interval = evaluation.intervals().get(metric);
              text.append(
                  String.format(
                      Locale.ROOT,
                      "%n%s %.2f, %s %% interval %.2f to %.2f",
                      metric,
                      score,
                      BigDecimal.valueOf(evaluation.confidence())
                          .stripTrailingZeros()
                          .toPlainString(),
                      interval.low(),
                      interval.high()));
            });
    return text.toString();
  }
}
