package io.github.compacter4j.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.model.Dropout;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.ProcessMemory;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.train.EpochOrder;
import io.github.compacter4j.train.RunPlan;
import io.github.compacter4j.train.StepGradients;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;

/** Measures training steps: on random weights and ids, or the paper's efficiency protocol. */
public final class StepBenchmark {
  private static final int WARM_UP = 2;

  private final Learner learner;
  private final Dropout dropout;
  private final Method method;
  private final String precision;
  private final IntFunction<Batch> batches;

  private StepBenchmark(
      Learner learner,
      Dropout dropout,
      Method method,
      String precision,
      IntFunction<Batch> batches) {
    this.learner = learner;
    this.dropout = dropout;
    this.method = method;
    this.precision = precision;
    this.batches = batches;
  }

  /**
   * What steps took; memory is the process's, so a process measures one method alone.
   *
   * @param method its canonical form
   * @param precision {@code float32} or {@code bf16}; of a peer what it calls so
   * @param rows of all measured steps
   * @param steps measured, behind two that are not
   * @param seconds of the measured steps
   * @param forward the loss: median milliseconds of a step
   * @param backward the gradients: median milliseconds of a step
   * @param optimizer clipping, update and the method's rules: median milliseconds of a step
   * @param prediction a step's rows predicted without gradients: median milliseconds; 0 where that
   *     was not measured
   * @param memoryBytes highest resident size above that behind loading and a forward pass of one
   *     row; 0 where the system does not tell
   * @param attention which function computed attention
   */
  public record Cost(
      String method,
      String precision,
      long rows,
      int steps,
      double seconds,
      double forward,
      double backward,
      double optimizer,
      double prediction,
      long memoryBytes,
      String attention) {
    /** Median milliseconds of a whole step. */
    public double step() {
      return forward + backward + optimizer;
    }

    /** Rows over seconds. */
    public double examplesPerSecond() {
      return rows / seconds;
    }

    /** Rows predicted in a second; 0 where that was not measured. */
    public double predictionsPerSecond() {
      return prediction == 0 ? 0 : 1e3 * rows / steps / prediction;
    }
  }

  /** Steps of {@code rows} rows of {@code length} ids, all random, with a model's sizes. */
  public static Cost ofRandomIds(
      RandomModel model, Method method, String precision, int rows, int length, int steps) {
    Learner learner = model.newLearner();
    try (Network network = learner.network();
        NDManager manager = Torch.newManager()) {
      return new StepBenchmark(
              learner,
              learner.dropout(),
              method.resolve(network.anatomy()),
              precision,
              step -> model.batch(manager, rows, length, step))
          .measure(steps, true);
    }
  }

  /**
   * The paper's efficiency protocol: the plan's epochs over its training rows without scores, all
   * rows of a step in one batch.
   */
  public static Cost ofTask(RunPlan plan) {
    Protocol planned = plan.protocol();
    Protocol protocol =
        planned
            .with("batchSize", planned.batchSize() * planned.accumulation())
            .with("accumulation", 1)
            .with("maxSteps", 0);
    Tokenized rows = plan.reader().rows(plan.loadData(), Split.TRAIN);
    EpochOrder order = new EpochOrder(rows.size(), rows::length, protocol, plan.seed());
    int steps = protocol.totalSteps(rows.size());
    try (Network network = plan.newNetwork();
        NDManager manager = Torch.newManager()) {
      Learner learner = plan.learner(network);
      return new StepBenchmark(
              learner,
              StepGradients.dropout(learner, protocol),
              plan.method(),
              plan.precision(),
              step ->
                  rows.batch(
                      manager, network.dataType(), order.rows(Math.max(0, step - WARM_UP), 0)))
          .measure(steps, false);
    }
  }

  private Cost measure(int steps, boolean predicts) {
    Map<String, Long> before = TorchFunctions.calls();
    long level = levelAfterOneRow();
    try (BenchmarkSteps taking =
        new BenchmarkSteps(learner, dropout, method, precision, batches, steps + WARM_UP)) {
      ProcessMemory.resetPeak();
      double[][] parts = new double[3][steps];
      long rows = 0;
      for (int step = 0; step < steps + WARM_UP; step++) {
        double[] ms = new double[3];
        int size = taking.take(step, ms);
        for (int part = 0; part < 3 && step >= WARM_UP; part++) {
          parts[part][step - WARM_UP] = ms[part];
        }
        rows += step >= WARM_UP ? size : 0;
      }
      long peak = ProcessMemory.peakBytes();
      String attention = attention(before); // of training alone
      return new Cost(
          method.spec().toString(),
          precision,
          rows,
          steps,
          Arrays.stream(parts).flatMapToDouble(Arrays::stream).sum() / 1e3,
          median(parts[0]),
          median(parts[1]),
          median(parts[2]),
          predicts ? prediction(steps) : 0,
          Math.max(0, peak - level),
          attention);
    }
  }

  /** Median milliseconds of predicting a step's rows. */
  private double prediction(int steps) {
    double[] ms = new double[steps];
    for (int step = 0; step < steps + WARM_UP; step++) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Batch batch = batches.apply(step);
        long start = System.nanoTime();
        learner.predict(batch, 0);
        ms[Math.max(0, step - WARM_UP)] = (System.nanoTime() - start) / 1e6;
      }
    }
    return median(ms);
  }

  /** What the model and the engine's code take, without anything that training needs. */
  private long levelAfterOneRow() {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      Batch batch = batches.apply(0);
      learner.loss(ForwardPass.training(0, 0), batch.first()).getFloat();
    }
    return ProcessMemory.residentBytes();
  }

  private static String attention(Map<String, Long> before) {
    long fused = TorchFunctions.calls().getOrDefault("attention_fused", 0L);
    return fused > before.getOrDefault("attention_fused", 0L)
        ? "fused"
        : "softmax with dropout, not fused";
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
