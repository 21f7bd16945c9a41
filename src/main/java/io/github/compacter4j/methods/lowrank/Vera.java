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
 * VeRA (Kopiczko et al., 2024): two vectors of each chosen matrix scale random factors that all
 * share and that never train,
 *
 * <pre>
 *   y = x W^T + b * (d * (x A^T)) B^T        A (r, in)   B (out, r)   d (r)   b (out)
 * </pre>
 *
 * <p>out + r parameters a matrix. A and B start in U(-sqrt(6 / n), sqrt(6 / n)), n the last size; a
 * smaller matrix takes their leading columns and rows. They are drawn from the seed and are in no
 * file. b starts at zero, so at first nothing changes, d at 0.1; all but the draws as in {@code
 * peft}. No norms train.
 *
 * <p>Options: {@code rank}, {@code targets}; {@code bases=kept} has A and B in the adapter's file,
 * as an imported adapter must.
 */
public final class Vera extends Method {
  private static final String A = "vera_A";
  private static final String B = "vera_B";

  /** Where the random factors come from. */
  enum Bases {
    /** From the seed. */
    DRAWN,
    /** From the adapter's file, for those of another program; they start as drawn ones. */
    KEPT
  }

  private final int rank;
  private final Targets targets;
  private final Bases bases;

  /** Takes {@code rank}, {@code targets} and {@code bases}. */
  public Vera(MethodSpec given) {
    super(
        MethodSpec.of("vera")
            .with("rank", given.allowBesideNorms("rank", "targets", "bases").positive("rank", 256))
            .with("targets", Targets.QUERIES_AND_VALUES.with(given))
            .withUnless("bases", given.choice("bases", Bases.DRAWN), Bases.DRAWN));
    rank = given.positive("rank", 256);
    targets = Targets.QUERIES_AND_VALUES.with(given);
    bases = given.choice("bases", Bases.DRAWN);
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    Parameter a = random(plan, A, new Shape(rank, targets.largest(anatomy, 1)), seed);
    Parameter b = random(plan, B, new Shape(targets.largest(anatomy, 0), rank), seed);
    targets.of(anatomy).forEach(matrix -> insert(new Site(plan, matrix, seed), a, b));
  }

  private Parameter random(Plan plan, String name, Shape shape, long seed) {
    RandomInitializer uniform = RandomInitializer.uniform(Math.sqrt(6.0 / shape.get(1)));
    Start start = Start.of(uniform.of(seed, name));
    return bases == Bases.KEPT ? plan.kept(name, shape, start) : plan.fixed(name, shape, start);
  }

  private void insert(Site site, Parameter a, Parameter b) {
    Parameter outer = site.zeros("vera_lambda_b", site.out());
    Parameter inner = site.constant("vera_lambda_d", 0.1, rank);
    site.beside(
        (pass, x) -> {
          NDArray read = TorchFunctions.linear(x, LowRank.columns(a.getArray(), site.in()));
          NDArray scaled = read.mul(inner.getArray()); // (..., r)
          NDArray written = TorchFunctions.linear(scaled, LowRank.rows(b.getArray(), site.out()));
          return written.mul(outer.getArray()); // (..., out)
        });
  }

  @Override
  public boolean needsSeed() {
    return bases == Bases.DRAWN;
  }

  @Override
  public boolean isFixed(String tensor) {
    return tensor.equals(A) || tensor.equals(B);
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
