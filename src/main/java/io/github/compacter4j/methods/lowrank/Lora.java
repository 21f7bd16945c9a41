package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * LoRA (Hu et al., 2021): a product of two thin matrices beside each chosen one,
 *
 * <pre>
 *   y = x W^T + s (x A^T) B^T        s = alpha / r   A (r, in)   B (out, r)
 * </pre>
 *
 * <p>r (in + out) parameters a matrix; of a T5 with d-wide heads and the default targets 12 L r d.
 * A starts in U(-1/sqrt(in), 1/sqrt(in)), B at zero, so at first nothing changes (as in {@code
 * peft}). No norms train.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}; {@code scale=rs} takes alpha / sqrt(r).
 */
public final class Lora extends Method {
  /** By what alpha is divided. */
  enum Scale {
    /** r, as the authors do. */
    STANDARD,
    /** The root of r (rsLoRA, Kalajdzievski, 2023), which keeps larger ranks from fading. */
    RS
  }

  private final int rank;
  private final double scale; // s
  private final Targets targets;

  /** Takes {@code rank}, {@code alpha}, {@code targets} and {@code scale}. */
  public Lora(MethodSpec given) {
    this(
        given.allow("rank", "alpha", "targets", "scale").positive("rank", 8),
        given.positive("alpha", 8.0),
        Targets.QUERIES_AND_VALUES.with(given),
        given.choice("scale", Scale.STANDARD));
  }

  private Lora(int rank, double alpha, Targets targets, Scale scale) {
    super(spec(rank, alpha, targets, scale));
    this.rank = rank;
    this.scale = alpha / (scale == Scale.RS ? Math.sqrt(rank) : rank);
    this.targets = targets;
  }

  private static MethodSpec spec(int rank, double alpha, Targets targets, Scale scale) {
    MethodSpec spec =
        MethodSpec.of("lora").with("rank", rank).with("alpha", alpha).with("targets", targets);
    return scale == Scale.STANDARD ? spec : spec.with("scale", scale);
  }

  @Override
  public Lora resolve(Anatomy anatomy) {
    targets.requireRank("lora", rank, anatomy);
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets.of(anatomy).forEach(matrix -> insert(plan, matrix, seed));
  }

  private void insert(Plan plan, TensorSpec matrix, long seed) {
    String weight = matrix.name();
    long in = matrix.shape().get(1);
    String nameOfA = matrix.sibling("lora_A.weight");
    Initializer uniform = RandomInitializer.uniform(1 / Math.sqrt(in)).of(seed, nameOfA);
    Parameter a = plan.tensor(nameOfA, new Shape(rank, in), uniform);
    Shape shapeOfB = new Shape(matrix.shape().get(0), rank);
    Parameter b = plan.tensor(matrix.sibling("lora_B.weight"), shapeOfB, Initializer.ZEROS);
    plan.hook(hooks -> hooks.beside(weight, (pass, x) -> product(x, a.getArray(), b.getArray())));
  }

  /** {@code s (x A^T) B^T}: (..., in) -> (..., out). */
  private NDArray product(NDArray x, NDArray a, NDArray b) {
    NDArray inner = TorchFunctions.scale(TorchFunctions.linear(x, a), scale); // (..., r)
    return TorchFunctions.linear(inner, b);
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
