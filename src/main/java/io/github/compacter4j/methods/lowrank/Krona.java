package io.github.compacter4j.methods.lowrank;

import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;

/**
 * KronA (Edalati et al., 2022): one Kronecker product of whole factors beside each chosen matrix,
 *
 * <pre>
 *   y = x W^T + s x (A (x) B)^T      A (a, m)   B (k, n)   out = a k   in = m n
 * </pre>
 *
 * <p>It is {@link Lokr} with factors that are never parted and a scale s of its own: a m + k n
 * parameters a matrix, the sides split as evenly as can be. PHM layers are sums of n such terms
 * whose left factors are n x n. B starts in U(-1/sqrt(n), 1/sqrt(n)), A at zero, so at first
 * nothing changes. No norms train.
 *
 * <p>Options: {@code scale}, s; {@code targets}.
 */
public final class Krona extends Method {
  private final double scale;
  private final Targets targets;

  /** Takes {@code scale} and {@code targets}. */
  public Krona(MethodSpec given) {
    super(
        MethodSpec.of("krona")
            .with("scale", given.allowBesideNorms("scale", "targets").positive("scale", 1.0))
            .with("targets", Targets.QUERIES_AND_VALUES.with(given)));
    scale = given.positive("scale", 1.0);
    targets = Targets.QUERIES_AND_VALUES.with(given);
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets.of(anatomy).forEach(matrix -> insert(new Site(plan, matrix, seed)));
  }

  private void insert(Site site) {
    long[] rows = Kronecker.split(site.out(), 0); // a, k
    long[] columns = Kronecker.split(site.in(), 0); // m, n
    Parameter a = site.zeros("krona_A", rows[0], columns[0]);
    Parameter b = site.uniform("krona_B", rows[1], columns[1]);
    site.plan()
        .hook(
            hooks ->
                hooks.beside(
                    site.matrix().name(),
                    (pass, x) -> Kronecker.product(x, a.getArray(), b.getArray(), scale)));
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
