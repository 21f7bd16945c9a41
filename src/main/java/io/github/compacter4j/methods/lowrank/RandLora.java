package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
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
 * RandLoRA (Albert et al., 2025): a sum of n random products of rank r, enough for full rank, which
 * trained diagonal matrices scale; with p the smaller and q the larger side of a matrix,
 *
 * <pre>
 *   W + s sum_j B_j diag(lambda_j) A diag(gamma_j)     n = ceil(p / r)    B_j (q, r)   A (r, p)
 * </pre>
 *
 * <p>or the transposed sum where p is not what the matrix reads. n (r + p) parameters a matrix. All
 * matrices share A and B, whose leading parts smaller ones take; they are drawn from U(-sqrt(3),
 * sqrt(3)), of variance one, come from the seed and are in no file. lambda starts at zero, so at
 * first nothing changes, gamma at 1 / max(n, p). s = alpha / r. The sum is of full rank and is
 * built in each step. No norms train.
 *
 * <p>{@code variant=code} multiplies columns of B, numbered j r + k, with the rows of A of the same
 * numbers, though these are numbered k n + j, as {@code peft} and the authors' code do, by which
 * the published numbers were made, and which is another random basis.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code variant}, {@code targets}.
 */
public final class RandLora extends Method {
  /** Which random columns and rows make a product. */
  enum Variant {
    /** Those of the paper's formula. */
    FORMULA,
    /** Those of the authors' code. */
    CODE
  }

  private final int rank;
  private final double scale; // s
  private final Variant variant;
  private final Targets targets;

  /** Takes {@code rank}, {@code alpha}, {@code variant} and {@code targets}. */
  public RandLora(MethodSpec given) {
    super(canonical(given.allowBesideNorms("rank", "alpha", "variant", "targets")));
    rank = given.positive("rank", 32);
    scale = given.positive("alpha", 640.0) / rank;
    variant = given.choice("variant", Variant.FORMULA);
    targets = Targets.QUERIES_AND_VALUES.with(given);
  }

  private static MethodSpec canonical(MethodSpec given) {
    return MethodSpec.of("randlora")
        .with("rank", given.positive("rank", 32))
        .with("alpha", given.positive("alpha", 640.0))
        .with("targets", Targets.QUERIES_AND_VALUES.with(given))
        .withUnless("variant", given.choice("variant", Variant.FORMULA), Variant.FORMULA);
  }

  @Override
  public RandLora resolve(Anatomy anatomy) {
    targets.requireRank(name(), rank, anatomy);
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    long out = targets.largest(anatomy, 0);
    long in = targets.largest(anatomy, 1);
    Shape shapeOfA = new Shape(rank, 1, Math.min(out, in));
    Shape shapeOfB = new Shape(Math.max(out, in), products(Math.min(out, in)), rank);
    Parameter a = random(plan, "randlora_A", shapeOfA, seed);
    Parameter b = random(plan, "randlora_B", shapeOfB, seed);
    targets.of(anatomy).forEach(matrix -> insert(new Site(plan, matrix, seed), a, b));
  }

  /** n. */
  private long products(long smaller) {
    return (smaller + rank - 1) / rank;
  }

  private static Parameter random(Plan plan, String name, Shape shape, long seed) {
    return plan.fixed(
        name, shape, Start.of(RandomInitializer.uniform(Math.sqrt(3)).of(seed, name)));
  }

  private void insert(Site site, Parameter a, Parameter b) {
    long p = Math.min(site.out(), site.in());
    long q = Math.max(site.out(), site.in());
    long n = products(p);
    Parameter lambda = site.zeros("randlora_lambda", rank, n);
    Parameter gamma = site.constant("randlora_gamma", 1.0 / Math.max(n, p), n, p);
    NDIndex ofA = new NDIndex(":, :, :" + p);
    NDIndex ofB = new NDIndex(":" + q + ", :" + n);
    site.change(
        () -> {
          NDArray scaled = lambda.getArray().expandDims(2).mul(gamma.getArray().expandDims(0));
          NDArray rows = a.getArray().get(ofA).mul(scaled); // (r, n, p)
          NDArray paired = variant == Variant.CODE ? rows : rows.swapAxes(0, 1);
          NDArray columns = b.getArray().get(ofB).reshape(q, n * rank);
          NDArray sum = columns.matMul(paired.reshape(n * rank, p)); // (q, p)
          return TorchFunctions.scale(p == site.in() ? sum : sum.transpose(), scale);
        });
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
