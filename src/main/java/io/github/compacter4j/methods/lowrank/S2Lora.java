package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * S2-LoRA (Liu et al., 2023): all chosen matrices share LoRA's factors and have a vector each,
 *
 * <pre>
 *   y = x W^T + (e * (x A^T)) B^T        A (r, in)   B (out, r)   e (r)
 * </pre>
 *
 * <p>r (in + out) parameters once, with the largest in and out, and r a matrix; a smaller one takes
 * leading columns of A and rows of B (ours; no code was published). A and B start in U(-1/sqrt(n),
 * 1/sqrt(n)), n the last size, e at zero (ours), so at first nothing changes. {@code penalty} times
 * the sum of all |e| adds to the loss, which makes them sparse; how much the authors take is not
 * known, so the default is none. No norms train.
 *
 * <p>Options: {@code rank}, {@code penalty}, {@code targets}.
 */
public final class S2Lora extends Method {
  private final int rank;
  private final double penalty;
  private final Targets targets;

  /** Takes {@code rank}, {@code penalty} and {@code targets}. */
  public S2Lora(MethodSpec given) {
    super(
        MethodSpec.of("s2lora")
            .with("rank", given.allowBesideNorms("rank", "penalty", "targets").positive("rank", 32))
            .with("targets", Targets.QUERIES_AND_VALUES.with(given))
            .withUnless("penalty", given.fromZero("penalty", 0.0), 0.0));
    rank = given.positive("rank", 32);
    penalty = given.fromZero("penalty", 0.0);
    targets = Targets.QUERIES_AND_VALUES.with(given);
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    Parameter a = shared(plan, "s2lora_A", new Shape(rank, targets.largest(anatomy, 1)), seed);
    Parameter b = shared(plan, "s2lora_B", new Shape(targets.largest(anatomy, 0), rank), seed);
    targets.of(anatomy).forEach(matrix -> insert(new Site(plan, matrix, seed), a, b));
  }

  private static Parameter shared(Plan plan, String name, Shape shape, long seed) {
    RandomInitializer uniform = RandomInitializer.uniform(1 / Math.sqrt(shape.get(1)));
    return plan.tensor(name, shape, uniform.of(seed, name));
  }

  private void insert(Site site, Parameter a, Parameter b) {
    Parameter e = site.zeros("s2lora_e", rank);
    site.beside(
        (pass, x) -> {
          NDArray read = TorchFunctions.linear(x, LowRank.columns(a.getArray(), site.in()));
          NDArray scaled = read.mul(e.getArray()); // (..., r)
          return TorchFunctions.linear(scaled, LowRank.rows(b.getArray(), site.out()));
        });
    if (penalty > 0) {
      site.plan().penalty(() -> TorchFunctions.scale(e.getArray().abs().sum(), penalty));
    }
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
