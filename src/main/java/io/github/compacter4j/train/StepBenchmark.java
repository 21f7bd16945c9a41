package io.github.compacter4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.methods.Adaptation;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.t5.ForwardPass;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Weights;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Times training steps on random weights and random ids. */
public final class StepBenchmark {
  private static final int TARGET_LENGTH = 3;

  private StepBenchmark() {}

  /**
   * Median times of a step's parts, each in milliseconds.
   *
   * @param method its canonical form
   * @param precision {@code float32} or {@code bf16}
   * @param forward the loss
   * @param backward the gradients
   * @param optimizer clipping and update
   * @param examplesPerSecond rows over the sum of the three
   * @param attention which function computed attention
   */
  public record Times(
      String method,
      String precision,
      double forward,
      double backward,
      double optimizer,
      double examplesPerSecond,
      String attention) {
    /** Milliseconds of a whole step. */
    public double step() {
      return forward + backward + optimizer;
    }
  }

  /** Measures steps of {@code rows} rows of {@code sourceLength} ids with the model's dropout. */
  public static Times measure(
      T5Config config, Method method, String precision, int rows, int sourceLength, int steps) {
    T5Weights weights = T5Weights.random(config, Torch.newManager(), 1);
    try (T5Network network = new T5Network(config, weights);
        Adaptation adaptation = method.applyTo(network, "bench", 1);
        AdamW optimizer = new AdamW(adaptation.trainable(), 1, 0);
        NDManager manager = Torch.newManager()) {
      if (precision.equals("bf16")) {
        weights.keepFrozenMatricesInBfloat16();
      }
      Map<String, Long> before = TorchFunctions.calls();
      double[][] times = new double[3][steps];
      int warmUp = 2;
      for (int step = 0; step < steps + warmUp; step++) {
        double[] parts = step(network, optimizer, manager, rows, sourceLength, step);
        for (int part = 0; part < 3 && step >= warmUp; part++) {
          times[part][step - warmUp] = parts[part];
        }
      }
      double forward = median(times[0]);
      double backward = median(times[1]);
      double update = median(times[2]);
      return new Times(
          method.resolve(config).spec(),
          precision,
          forward,
          backward,
          update,
          rows * 1e3 / (forward + backward + update),
          attention(before));
    }
  }

  private static String attention(Map<String, Long> before) {
    long fused = TorchFunctions.calls().getOrDefault("attention_fused", 0L);
    return fused > before.getOrDefault("attention_fused", 0L)
        ? "fused"
        : "softmax with dropout, not fused";
  }

  private static double[] step(
      T5Network network, AdamW optimizer, NDManager manager, int rows, int length, int step) {
    long start = System.nanoTime();
    long forward;
    long backward;
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      Batch batch = batch(network, manager, rows, length, step);
      ForwardPass pass = ForwardPass.training(network.config().dropoutRate(), step);
      NDArray loss = network.loss(pass, batch.ids(), batch.mask(), batch.labels());
      loss.getFloat();
      forward = System.nanoTime();
      Torch.backward(loss);
      backward = System.nanoTime();
    }
    optimizer.step(step + 1, 1e-4);
    long end = System.nanoTime();
    return new double[] {
      (forward - start) / 1e6, (backward - forward) / 1e6, (end - backward) / 1e6
    };
  }

  private static Batch batch(T5Network network, NDManager manager, int rows, int length, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> sources = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    int vocabulary = network.config().vocabSize();
    for (int row = 0; row < rows; row++) {
      sources.add(random.ints(length, 3, vocabulary).toArray());
      targets.add(random.ints(TARGET_LENGTH, 3, vocabulary).toArray());
    }
    return Batch.of(manager, network.dataType(), sources, targets);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
