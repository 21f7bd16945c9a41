package io.github.compacter4j.methods.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.lowrank.Targets;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * DyLoRA (Valipour et al., 2023): LoRA of which each training step uses the first k ranks alone, k
 * being drawn anew, so that one training serves all ranks up to r,
 *
 * <pre>
 *   y = x W^T + alpha / k (x A[:k]^T) B[:, :k]^T        A (r, in)   B (out, r)
 * </pre>
 *
 * <p>r (in + out) parameters a matrix. A starts in U(-1/sqrt(in), 1/sqrt(in)), B at zero. The
 * optimiser's momentum moves ranks that a step does not use, as in the authors' code.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}; {@code frozen=true} trains the last of
 * the k ranks alone; {@code use} is k outside of training, all ranks by default; {@link
 * LeadingRank#use} changes it of a model at work.
 */
public final class DyLora extends Method {
  private final int rank;
  private final double alpha;
  private final Targets targets;
  private final boolean frozen;
  private final int used;

  /** Takes {@code rank}, {@code alpha}, {@code targets}, {@code frozen} and {@code use}. */
  public DyLora(MethodSpec given) {
    this(
        given.allowBesideNorms("rank", "alpha", "targets", "frozen", "use").positive("rank", 8),
        given.positive("alpha", 8.0),
        Targets.QUERIES_AND_VALUES.with(given),
        given.flag("frozen", false),
        given.positive("use", 0));
  }

  private DyLora(int rank, double alpha, Targets targets, boolean frozen, int used) {
    super(spec(rank, alpha, targets, frozen, used));
    this.rank = rank;
    this.alpha = alpha;
    this.targets = targets;
    this.frozen = frozen;
    this.used = used == 0 ? rank : used;
  }

  private static MethodSpec spec(
      int rank, double alpha, Targets targets, boolean frozen, int used) {
    MethodSpec spec =
        MethodSpec.of("dylora")
            .with("rank", rank)
            .with("alpha", alpha)
            .with("targets", targets)
            .with("frozen", frozen);
    return used == 0 ? spec : spec.with("use", used);
  }

  @Override
  public DyLora resolve(Anatomy anatomy) {
    targets.requireRank("dylora", rank, anatomy);
    if (used > rank) {
      throw UserException.usage(
          "method dylora: use=%d is larger than rank=%d; at most %d".formatted(used, rank, rank));
    }
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    LeadingRank leading = new LeadingRank(rank, used);
    targets.of(anatomy).forEach(matrix -> insert(plan, matrix, leading, seed));
    plan.eachStep(leading);
  }

  private void insert(Plan plan, TensorSpec matrix, LeadingRank leading, long seed) {
    long in = matrix.shape().get(1);
    String nameOfA = matrix.sibling("lora_A");
    Initializer uniform = RandomInitializer.uniform(1 / Math.sqrt(in)).of(seed, nameOfA);
    Parameter a = plan.tensor(nameOfA, new Shape(rank, in), uniform);
    Shape shapeOfB = new Shape(matrix.shape().get(0), rank);
    Parameter b = plan.tensor(matrix.sibling("lora_B"), shapeOfB, Initializer.ZEROS);
    plan.hook(
        hooks ->
            hooks.beside(
                matrix.name(),
                (pass, x) -> product(pass, x, a.getArray(), b.getArray(), leading.of(pass))));
  }

  private NDArray product(ForwardPass pass, NDArray x, NDArray a, NDArray b, int k) {
    boolean lastAlone = frozen && pass.isTraining();
    double root = Math.sqrt((double) rank / k); // the authors' order, whose rounding steps magnify
    NDArray inner =
        TorchFunctions.linear(
            x, TorchFunctions.scale(leading(a, 0, k, lastAlone), root)); // (..., k)
    return TorchFunctions.linear(
        TorchFunctions.scale(inner, alpha / rank),
        TorchFunctions.scale(leading(b, 1, k, lastAlone), root));
  }

  /** The first k rows or columns; those before the last without a gradient if it trains alone. */
  private NDArray leading(NDArray factor, int axis, int k, boolean lastAlone) {
    if (!lastAlone) {
      return k == rank ? factor : slice(factor, axis, 0, k);
    }
    NDArray last = slice(factor, axis, k - 1, k);
    return k == 1
        ? last
        : NDArrays.concat(
            new NDList(TorchFunctions.withoutGraph(slice(factor, axis, 0, k - 1)), last), axis);
  }

  private static NDArray slice(NDArray factor, int axis, int from, int to) {
    NDIndex all = new NDIndex();
    return factor.get((axis == 0 ? all : all.addAllDim()).addSliceDim(from, to));
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
