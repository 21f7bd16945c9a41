package io.github.compacter4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * AdamW as the reference's transformers has it, with gradients clipped by their joint norm.
 *
 * <p>{@code m, v} are running means of g and g^2; {@code p -= lr sqrt(1 - beta2^t) / (1 - beta1^t)
 * m / (sqrt(v) + eps)}.
 */
public final class AdamW implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final NDManager manager = Torch.newManager();
  private final SortedMap<String, NDArray> moments = new TreeMap<>();
  private final List<NDArray> parameters = new ArrayList<>();
  private final List<NDArray> m = new ArrayList<>();
  private final List<NDArray> v = new ArrayList<>();
  private final double maxGradientNorm;
  private final double weightDecay;

  /** An optimiser of these tensors with all moments at zero. */
  public AdamW(SortedMap<String, Parameter> trainable, double maxGradientNorm, double weightDecay) {
    this.maxGradientNorm = maxGradientNorm;
    this.weightDecay = weightDecay;
    trainable.forEach(
        (name, parameter) -> {
          NDArray p = parameter.getArray();
          parameters.add(p);
          m.add(moment("m." + name, p));
          v.add(moment("v." + name, p));
        });
  }

  private NDArray moment(String name, NDArray p) {
    NDArray zeros = manager.zeros(p.getShape(), p.getDataType());
    moments.put(name, zeros);
    return zeros;
  }

  /**
   * One step with the gradients at hand, which are zeroed after it.
   *
   * @param step number of the step, counted from 1
   * @return the gradients' joint norm before clipping
   * @throws NonFiniteException if the norm is not finite; nothing has changed then
   */
  public double step(int step, double learningRate) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      double norm = TorchFunctions.gradientNorm(parameters).getDouble();
      if (!Double.isFinite(norm)) {
        throw new NonFiniteException("gradient norm", norm, step);
      }
      double scale = Math.min(1, maxGradientNorm / (norm + 1e-6));
      NDArray count = manager.create(new float[] {step}).squeeze();
      TorchFunctions.adamW(
          parameters, m, v, count, scale, learningRate, BETA1, BETA2, EPSILON, weightDecay);
      return norm;
    }
  }

  /** The running means by name, {@code m.} or {@code v.} before the tensor's. */
  public SortedMap<String, NDArray> moments() {
    return moments;
  }

  @Override
  public void close() {
    manager.close();
  }
}
