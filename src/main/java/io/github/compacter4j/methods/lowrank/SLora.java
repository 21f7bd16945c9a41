package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * SLoRA (Guo et al., 2025): LoRA with a square matrix between its factors,
 *
 * <pre>
 *   y = x W^T + alpha / r ((x A^T) N^T) B^T        A (r, in)   N (r, r)   B (out, r)
 * </pre>
 *
 * <p>r (in + out) + r^2 parameters a matrix. A starts in U(-1/sqrt(in), 1/sqrt(in)), N in
 * U(-1/sqrt(r), 1/sqrt(r)), B at zero. {@code start=nystrom} (NLoRA) takes the first r rows of W,
 * its corner and its first r columns, and as in the authors' code does not take them out of W: the
 * model that starts is another one than the base.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}, {@code start}.
 */
public final class SLora extends Method {
  /** Where the factors start. */
  enum Factors {
    /** At random, B at zero. */
    KAIMING,
    /** At parts of W. */
    NYSTROM
  }

  private final int rank;
  private final double scale; // s
  private final Targets targets;
  private final Factors start;

  /** Takes {@code rank}, {@code alpha}, {@code targets} and {@code start}. */
  public SLora(MethodSpec given) {
    this(
        given.allow("rank", "alpha", "targets", "start").positive("rank", 8),
        given.positive("alpha", 8.0),
        Targets.QUERIES_AND_VALUES.with(given),
        given.choice("start", Factors.KAIMING));
  }

  private SLora(int rank, double alpha, Targets targets, Factors start) {
    super(spec(rank, alpha, targets, start));
    this.rank = rank;
    this.scale = alpha / rank;
    this.targets = targets;
    this.start = start;
  }

  private static MethodSpec spec(int rank, double alpha, Targets targets, Factors start) {
    MethodSpec spec =
        MethodSpec.of("slora").with("rank", rank).with("alpha", alpha).with("targets", targets);
    return start == Factors.KAIMING ? spec : spec.with("start", start);
  }

  @Override
  public SLora resolve(Anatomy anatomy) {
    targets.requireRank("slora", rank, anatomy);
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets.of(anatomy).forEach(matrix -> insert(plan, matrix, seed));
  }

  private void insert(Plan plan, TensorSpec matrix, long seed) {
    long out = matrix.shape().get(0);
    long in = matrix.shape().get(1);
    Parameter a = tensor(plan, matrix, "lora_A.weight", new Shape(rank, in), seed);
    Parameter n = tensor(plan, matrix, "lora_N.weight", new Shape(rank, rank), seed);
    Parameter b = tensor(plan, matrix, "lora_B.weight", new Shape(out, rank), seed);
    plan.hook(
        hooks ->
            hooks.beside(
                matrix.name(),
                (pass, x) -> product(x, a.getArray(), n.getArray(), b.getArray(), scale)));
  }

  private Parameter tensor(Plan plan, TensorSpec matrix, String end, Shape shape, long seed) {
    String name = matrix.sibling(end);
    if (start == Factors.NYSTROM) {
      return plan.tensor(name, shape, corner(matrix));
    }
    double bound = 1 / Math.sqrt(shape.get(1));
    Initializer random = RandomInitializer.uniform(bound).of(seed, name);
    return plan.tensor(name, shape, end.startsWith("lora_B") ? Initializer.ZEROS : random);
  }

  /** The part of a matrix, from its first entry on, that has the tensor's shape. */
  static Start corner(TensorSpec matrix) {
    return (base, owner, shape, type) -> {
      NDArray part = base.get(matrix.name()).get(":%d, :%d".formatted(shape.get(0), shape.get(1)));
      NDArray copy = owner.zeros(shape, type);
      TorchFunctions.copy(part, copy);
      return copy;
    };
  }

  /** {@code s ((x A^T) N^T) B^T}: (..., in) -> (..., out). */
  static NDArray product(NDArray x, NDArray a, NDArray n, NDArray b, double scale) {
    NDArray inner = TorchFunctions.linear(TorchFunctions.linear(x, a), n); // (..., r)
    return TorchFunctions.linear(TorchFunctions.scale(inner, scale), b);
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
