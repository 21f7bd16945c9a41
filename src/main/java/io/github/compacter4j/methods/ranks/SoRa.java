package io.github.compacter4j.methods.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.lowrank.Targets;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.torch.UpdateFunctions;
import java.util.List;

/**
 * SoRA (Ding et al., 2023): LoRA with a gate at each rank that training may close,
 *
 * <pre>
 *   y = x W^T + alpha / r (x A^T) diag(g) B^T        A (r, in)   g (1, r)   B (out, r)
 * </pre>
 *
 * <p>r (in + out + 1) parameters a matrix. A starts in U(-1/sqrt(in), 1/sqrt(in)), B at zero, g in
 * N(0, 1). Behind each step every gate moves towards zero by {@code threshold} and is closed where
 * it is then nearer than that: so do the authors' code, whose step is not multiplied by the
 * learning rate as the paper's is. A closed gate may open again.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}, {@code threshold}; {@code penalty}
 * times the mean of |g| joins the loss.
 */
public final class SoRa extends Method {
  private final int rank;
  private final double scale; // s
  private final Targets targets;
  private final double threshold;
  private final double penalty;

  /** Takes {@code rank}, {@code alpha}, {@code targets}, {@code threshold}, {@code penalty}. */
  public SoRa(MethodSpec given) {
    this(
        given
            .allowBesideNorms("rank", "alpha", "targets", "threshold", "penalty")
            .positive("rank", 8),
        given.positive("alpha", 16.0),
        Targets.QUERIES_AND_VALUES.with(given),
        given.fromZero("threshold", 3e-4),
        given.fromZero("penalty", 0.0));
  }

  private SoRa(int rank, double alpha, Targets targets, double threshold, double penalty) {
    super(
        MethodSpec.of("sora")
            .with("rank", rank)
            .with("alpha", alpha)
            .with("targets", targets)
            .with("threshold", threshold)
            .with("penalty", penalty));
    this.rank = rank;
    this.scale = alpha / rank;
    this.targets = targets;
    this.threshold = threshold;
    this.penalty = penalty;
  }

  @Override
  public SoRa resolve(Anatomy anatomy) {
    targets.requireRank("sora", rank, anatomy);
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    List<Parameter> gates =
        targets.of(anatomy).stream().map(matrix -> insert(plan, matrix, seed)).toList();
    if (penalty > 0) {
      plan.penalty(
          () ->
              TorchFunctions.scale(
                  NDArrays.concat(new NDList(arrays(gates))).abs().mean(), penalty));
    }
    plan.eachStep(new Closing(gates, threshold));
  }

  private Parameter insert(Plan plan, TensorSpec matrix, long seed) {
    String name = matrix.sibling("gate");
    Initializer normal = RandomInitializer.normal(1).of(seed, name);
    Parameter gate = plan.tensor(name, new Shape(1, rank), normal);
    double bound = 1 / Math.sqrt(matrix.shape().get(1));
    Triplet triplet =
        Triplet.insert(
            plan,
            matrix,
            rank,
            gate,
            a -> Start.of(RandomInitializer.uniform(bound).of(seed, a)),
            b -> Start.of(Initializer.ZEROS));
    plan.hook(hooks -> hooks.beside(matrix.name(), (pass, x) -> triplet.product(x, scale)));
    return gate;
  }

  private static List<NDArray> arrays(List<Parameter> parameters) {
    return parameters.stream().map(Parameter::getArray).toList();
  }

  /** Closes gates behind each step. */
  private record Closing(List<Parameter> gates, double threshold) implements StepRule {
    @Override
    public void afterUpdate(Step step) {
      try (GradientMode off = GradientMode.off()) {
        UpdateFunctions.shrink(arrays(gates), threshold);
      }
    }
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
