package io.github.compacter4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.UpdateFunctions;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * AdamW as the reference's transformers has it, with gradients clipped by their joint norm.
 *
 * <p>{@code m, v} are running means of g and g^2; {@code p -= lr sqrt(1 - beta2^t) / (1 - beta1^t)
 * m / (sqrt(v) + eps)}, where t counts the steps of p, or of its entries where a plan says so: a
 * tensor that is frozen in a step has no part in it, neither in the norm nor in its own count.
 */
public final class AdamW implements StepRule.Moments, AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  /** A tensor that trains, with its means and the number of its steps. */
  private static final class Moving {
    final String name;
    final Parameter parameter;
    final NDArray m;
    final NDArray v;
    final double rateFactor;
    final Parameter ages; // steps of each entry; null where all count alike
    int steps;

    Moving(String name, Parameter parameter, double rateFactor, Parameter ages, NDManager manager) {
      this.name = name;
      this.rateFactor = rateFactor;
      this.ages = ages;
      this.parameter = parameter;
      NDArray p = parameter.getArray();
      m = manager.zeros(p.getShape(), p.getDataType());
      v = manager.zeros(p.getShape(), p.getDataType());
    }

    NDArray array() {
      return parameter.getArray();
    }
  }

  private final NDManager manager = Torch.newManager();
  private final SortedMap<String, Moving> tensors = new TreeMap<>();
  private List<Moving> moving = List.of(); // in this step
  private final double maxGradientNorm;
  private final double weightDecay;

  /** An optimiser of these tensors with all moments at zero. */
  public AdamW(SortedMap<String, Parameter> trainable, double maxGradientNorm, double weightDecay) {
    this(trainable, Map.of(), maxGradientNorm, weightDecay, Map.of());
  }

  /**
   * An optimiser of the tensors of an adaptation.
   *
   * @param rateFactors by what the learning rate of some tensors is multiplied, by name
   */
  public AdamW(
      Adaptation adaptation,
      double maxGradientNorm,
      double weightDecay,
      Map<String, Double> rateFactors) {
    this(adaptation.trainable(), adaptation.ages(), maxGradientNorm, weightDecay, rateFactors);
  }

  private AdamW(
      Map<String, Parameter> trainable,
      Map<String, Parameter> ages,
      double maxGradientNorm,
      double weightDecay,
      Map<String, Double> rateFactors) {
    this.maxGradientNorm = maxGradientNorm;
    this.weightDecay = weightDecay;
    trainable.forEach(
        (name, parameter) -> {
          double factor = rateFactors.getOrDefault(name, 1.0);
          tensors.put(name, new Moving(name, parameter, factor, ages.get(name), manager));
        });
  }

  /**
   * One step with the gradients at hand, which are zeroed after it.
   *
   * @param step number of the run's step, counted from 1, for errors
   * @return the gradients' joint norm before clipping
   * @throws NonFiniteException if the norm is not finite; nothing has changed then
   */
  public double step(int step, double learningRate) {
    begin();
    double norm = clip(step);
    update(learningRate);
    zeroGradients();
    return norm;
  }

  /** Before the backward pass, or just before {@link #clip}: says what moves in this step. */
  void begin() {
    moving =
        tensors.values().stream().filter(tensor -> tensor.parameter.requiresGradient()).toList();
  }

  /** The first part of {@link #step}: clips the gradients and returns their norm before. */
  double clip(int step) {
    List<NDArray> parameters = arrays(moving);
    if (parameters.isEmpty()) {
      return 0;
    }
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      double norm = UpdateFunctions.gradientNorm(parameters).getDouble();
      if (!Double.isFinite(norm)) {
        throw new NonFiniteException("gradient norm", norm, step);
      }
      double scale = Math.min(1, maxGradientNorm / (norm + 1e-6));
      if (scale != 1) {
        UpdateFunctions.scaleGradients(parameters, scale);
      }
      return norm;
    }
  }

  /** The second part of {@link #step}: moves the tensors. */
  void update(double learningRate) {
    moving.forEach(tensor -> tensor.steps++);
    Map<Double, List<Moving>> byFactor = // usually one group
        moving.stream().collect(Collectors.groupingBy(tensor -> tensor.rateFactor));
    byFactor.forEach((factor, group) -> updateBySteps(group, factor * learningRate));
  }

  private void updateBySteps(List<Moving> group, double learningRate) {
    Map<Integer, List<Moving>> bySteps = // usually one
        group.stream()
            .filter(tensor -> tensor.ages == null)
            .collect(Collectors.groupingBy(tensor -> tensor.steps));
    bySteps.forEach((steps, alike) -> update(alike, steps, learningRate));
    group.stream()
        .filter(tensor -> tensor.ages != null)
        .forEach(tensor -> updateByAge(tensor, learningRate));
  }

  private void update(List<Moving> group, int steps, double learningRate) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      UpdateFunctions.adamW(
          arrays(group),
          group.stream().map(tensor -> tensor.m).toList(),
          group.stream().map(tensor -> tensor.v).toList(),
          manager.create(new float[] {steps}).squeeze(),
          learningRate,
          BETA1,
          BETA2,
          EPSILON,
          weightDecay);
    }
  }

  private void updateByAge(Moving tensor, double learningRate) {
    try (GradientMode off = GradientMode.off()) {
      NDArray age = tensor.ages.getArray();
      age.addi(1);
      UpdateFunctions.adamWByAge(
          tensor.array(),
          tensor.m,
          tensor.v,
          age,
          learningRate,
          BETA1,
          BETA2,
          EPSILON,
          weightDecay);
    }
  }

  /** The last part of {@link #step}. */
  void zeroGradients() {
    List<NDArray> parameters = arrays(moving);
    if (!parameters.isEmpty()) {
      try (GradientMode off = GradientMode.off()) {
        UpdateFunctions.zeroGradients(parameters);
      }
    }
  }

  private static List<NDArray> arrays(List<Moving> tensors) {
    return tensors.stream().map(Moving::array).toList();
  }

  /** The running means by name, {@code m.} or {@code v.} before the tensor's. */
  public SortedMap<String, NDArray> moments() {
    SortedMap<String, NDArray> moments = new TreeMap<>();
    for (Moving tensor : tensors.values()) {
      moments.put("m." + tensor.name, tensor.m);
      moments.put("v." + tensor.name, tensor.v);
    }
    return moments;
  }

  @Override
  public NDArray first(String name) {
    return tensors.get(name).m;
  }

  @Override
  public NDArray second(String name) {
    return tensors.get(name).v;
  }

  @Override
  public double beta1() {
    return BETA1;
  }

  @Override
  public double beta2() {
    return BETA2;
  }

  /** How many steps the tensors have taken that have not taken {@code usual}, by name. */
  SortedMap<String, Integer> stepsOtherThan(int usual) {
    SortedMap<String, Integer> others = new TreeMap<>();
    for (Moving tensor : tensors.values()) {
      if (tensor.steps != usual) {
        others.put(tensor.name, tensor.steps);
      }
    }
    return others;
  }

  /** Goes on behind so many steps of each tensor: {@code others} by name, else {@code usual}. */
  void setSteps(int usual, Map<String, Integer> others) {
    tensors.values().forEach(tensor -> tensor.steps = others.getOrDefault(tensor.name, usual));
  }

  @Override
  public void close() {
    manager.close();
  }
}
