package io.github.compacter4j.bench;

import io.github.compacter4j.learner.TaskReader;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.ProcessMemory;
import io.github.compacter4j.train.Evaluator;
import io.github.compacter4j.train.FineTuning;
import java.util.List;

/**
 * What the parts of a run cost, measured in a few steps and predictions.
 *
 * @param secondsPerId a step's seconds over its source ids
 * @param secondsPerPredictionId the seconds of predicted rows over their source ids
 * @param memoryBytes highest resident size of the process; 0 where the system does not tell
 */
public record RunCost(double secondsPerId, double secondsPerPredictionId, long memoryBytes) {
  private static final int PREDICTIONS = 100;

  /** Measures so many steps of a plan, and predictions of {@value #PREDICTIONS} rows. */
  public static RunCost measure(FineTuning plan, int steps) {
    Protocol protocol = plan.protocol();
    int rows = steps * protocol.batchSize() * protocol.accumulation();
    Task task = plan.task();
    int most = Math.min(rows, task.maxTrainSamples().orElse(rows));
    FineTuning part =
        FineTuning.of(plan.model(), plan.method(), task.withMaxTrainSamples(most))
            .protocol(protocol.with("epochs", 1))
            .precision(plan.precision())
            .data(plan.data());
    if (plan.pooling() != null) {
      part = part.pooling(plan.pooling());
    }
    StepBenchmark.Cost cost = StepBenchmark.ofTask(part);
    double perPrediction = secondsPerPredictionId(part);
    return new RunCost(
        cost.step() / 1e3 / RunWork.of(part).idsPerStep(),
        perPrediction,
        ProcessMemory.peakBytes());
  }

  /** An untrained model may write on and on; it is stopped where a trained one has ended. */
  private static double secondsPerPredictionId(FineTuning plan) {
    TaskReader reader = plan.reader();
    List<Example> all = reader.examples(plan.loadData(), Split.VALIDATION);
    Tokenized rows = reader.rows(all.subList(0, Math.min(PREDICTIONS, all.size())));
    long ids = 0;
    for (int row = 0; row < rows.size(); row++) {
      ids += rows.length(row);
    }
    try (Network network = plan.newNetwork();
        Adaptation adaptation = plan.method().applyTo(network, "plan", 1)) {
      if (plan.precision().equals("bf16")) {
        network.weights().keepFrozenMatricesInBfloat16();
      }
      Evaluator evaluator =
          new Evaluator(plan.learner(network), plan.protocol().evaluationBatchSize());
      evaluator.predict(rows, rows.longestAnswer() + 1);
      long start = System.nanoTime();
      evaluator.predict(rows, rows.longestAnswer() + 1);
      return (System.nanoTime() - start) / 1e9 / ids;
    }
  }

  /** Seconds of a run with so much work. */
  public double seconds(RunWork work) {
    return work.steps() * work.idsPerStep() * secondsPerId
        + work.predictions() * work.idsPerPrediction() * secondsPerPredictionId;
  }
}
