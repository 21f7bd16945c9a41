package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * NOLA (Koohpayegani et al., 2024): LoRA whose factors are combinations of k random matrices, of
 * which the coefficients train,
 *
 * <pre>
 *   A = A_0 + 1/sqrt(k) sum_i c_i U_i     B = 1/sqrt(k) sum_i e_i V_i     y = x W^T + s (x A^T) B^T
 * </pre>
 *
 * <p>2 k parameters a matrix, whatever its shape and rank. U_i (r, in) and V_i (out, r) are drawn
 * from U(-1, 1), A_0 from U(-1/sqrt(in), 1/sqrt(in)), for each matrix anew; they come from the
 * seed, are in no file, and take k r (in + out) numbers of memory a matrix. All coefficients start
 * at zero, so at first nothing changes, and c gets no gradient before e moves (the authors' code).
 * s = alpha / r. No norms train.
 *
 * <p>Options: {@code coefficients}, k; {@code rank}, {@code alpha}, {@code targets}.
 */
public final class Nola extends Method {
  private final int k;
  private final int rank;
  private final double scale; // s
  private final Targets targets;

  /** Takes {@code coefficients}, {@code rank}, {@code alpha} and {@code targets}. */
  public Nola(MethodSpec given) {
    super(canonical(given.allowBesideNorms("coefficients", "rank", "alpha", "targets")));
    k = given.positive("coefficients", 256);
    rank = given.positive("rank", 8);
    scale = given.positive("alpha", 8.0) / rank;
    targets = Targets.QUERIES_AND_VALUES.with(given);
  }

  private static MethodSpec canonical(MethodSpec given) {
    return MethodSpec.of("nola")
        .with("coefficients", given.positive("coefficients", 256))
        .with("rank", given.positive("rank", 8))
        .with("alpha", given.positive("alpha", 8.0))
        .with("targets", Targets.QUERIES_AND_VALUES.with(given));
  }

  @Override
  public Nola resolve(Anatomy anatomy) {
    targets.requireRank(name(), rank, anatomy);
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets.of(anatomy).forEach(matrix -> insert(new Site(plan, matrix, seed)));
  }

  private void insert(Site site) {
    Parameter c = site.zeros("lora_A.coefficients", k);
    Parameter e = site.zeros("lora_B.coefficients", k);
    double usual = 1 / Math.sqrt(site.in());
    Parameter start = fixed(site, "A0", usual, rank, site.in());
    Parameter u = fixed(site, "basis_A", 1, k, rank, site.in());
    Parameter v = fixed(site, "basis_B", 1, k, site.out(), rank);
    String name = site.matrix().name();
    site.plan()
        .hook(
            hooks ->
                hooks.beside(
                    name,
                    (pass, x) ->
                        LowRank.product(
                            x,
                            hooks.oncePerPass(name + "/A", () -> start.getArray().add(sum(c, u))),
                            hooks.oncePerPass(name + "/B", () -> sum(e, v)),
                            scale)));
  }

  private static Parameter fixed(Site site, String end, double bound, long... shape) {
    String name = site.matrix().sibling(end);
    Start start = Start.of(RandomInitializer.uniform(bound).of(site.seed(), name));
    return site.plan().fixed(name, new Shape(shape), start);
  }

  /** {@code 1/sqrt(k) sum_i c_i U_i}: (k) and (k, ...) -> (...). */
  private NDArray sum(Parameter coefficients, Parameter basis) {
    Shape shape = basis.getShape();
    NDArray flat = basis.getArray().reshape(k, shape.size() / k);
    NDArray c = TorchFunctions.scale(coefficients.getArray(), 1 / Math.sqrt(k));
    return c.expandDims(0).matMul(flat).reshape(shape.slice(1));
  }

  @Override
  public boolean needsSeed() {
    return true;
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
