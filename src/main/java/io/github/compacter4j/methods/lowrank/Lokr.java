package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * LoKr (Yeh et al., 2023): a Kronecker product beside each chosen matrix,
 *
 * <pre>
 *   y = x W^T + s x (w1 (x) w2)^T      s = alpha / r    w1 (a, m)   w2 (k, n)   out = a k   in = m n
 * </pre>
 *
 * <p>w2 is a product (k, r) (r, n) where {@code r < max(k, n) / 2}, else whole; with {@code
 * both=true} w1 likewise. Sides are split as evenly as can be, or with {@code factor} first; a side
 * that it does not divide takes the nearest first part below it. a m + r (k + n) parameters a
 * matrix. s = alpha / r holds for whole factors too, so that a very large r fades; see {@link
 * Krona}. w1, or its left factor, starts at zero, all else in U(-1/sqrt(n), 1/sqrt(n)), n its last
 * size; all as in {@code peft}. No norms train.
 */
public final class Lokr extends Method {
  private final int rank;
  private final double scale; // s
  private final OptionalInt factor;
  private final boolean both;
  private final Targets targets;

  /** Takes {@code rank}, {@code alpha}, {@code factor}, {@code both} and {@code targets}. */
  public Lokr(MethodSpec given) {
    super(canonical(given));
    rank = given.positive("rank", 8);
    scale = given.positive("alpha", 8.0) / rank;
    factor = given.positiveOrAuto("factor");
    both = given.flag("both", false);
    targets = Targets.QUERIES_AND_VALUES.with(given);
  }

  private static MethodSpec canonical(MethodSpec given) {
    OptionalInt factor =
        given
            .allowBesideNorms("rank", "alpha", "factor", "both", "targets")
            .positiveOrAuto("factor");
    return MethodSpec.of("lokr")
        .with("rank", given.positive("rank", 8))
        .with("alpha", given.positive("alpha", 8.0))
        .with("targets", Targets.QUERIES_AND_VALUES.with(given))
        .withUnless("factor", factor.isPresent() ? "" + factor.getAsInt() : "auto", "auto")
        .withUnless("both", given.flag("both", false), false);
  }

  @Override
  public Lokr resolve(Anatomy anatomy) {
    List<Long> sides =
        targets.of(anatomy).stream()
            .flatMap(matrix -> Arrays.stream(matrix.shape().getShape()).boxed())
            .distinct()
            .toList();
    if (factor.isPresent() && sides.stream().noneMatch(side -> side % factor.getAsInt() == 0)) {
      throw UserException.usage(
          "method lokr: factor=%d divides none of the matrices' sides %s; give a divisor, or auto"
              .formatted(factor.getAsInt(), sides));
    }
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets.of(anatomy).forEach(matrix -> insert(new Site(plan, matrix, seed)));
  }

  private void insert(Site site) {
    long[] rows = Kronecker.split(site.out(), factor.orElse(0)); // a, k
    long[] columns = Kronecker.split(site.in(), factor.orElse(0)); // m, n
    Supplier<NDArray> w1 = factor(site, "lokr_w1", both, rows[0], columns[0], true);
    Supplier<NDArray> w2 = factor(site, "lokr_w2", true, rows[1], columns[1], false);
    site.plan()
        .hook(
            hooks ->
                hooks.beside(
                    site.matrix().name(),
                    (pass, x) -> Kronecker.product(x, w1.get(), w2.get(), scale)));
  }

  private Supplier<NDArray> factor(
      Site site, String name, boolean parted, long rows, long columns, boolean zero) {
    if (!parted || rank >= Math.max(rows, columns) / 2.0) {
      Parameter whole = zero ? site.zeros(name, rows, columns) : site.uniform(name, rows, columns);
      return whole::getArray;
    }
    Parameter left =
        zero ? site.zeros(name + "_a", rows, rank) : site.uniform(name + "_a", rows, rank);
    Parameter right = site.uniform(name + "_b", rank, columns);
    return () -> left.getArray().matMul(right.getArray());
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
