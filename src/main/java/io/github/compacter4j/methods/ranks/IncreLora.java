package io.github.compacter4j.methods.ranks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.lowrank.Targets;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;

/**
 * IncreLoRA (Zhang et al., 2023): triplets as in AdaLoRA, of which the matrices that matter most
 * are granted more while training goes on,
 *
 * <pre>
 *   y = x W^T + alpha / (n + 1e-5) (x A^T) diag(E) B^T     A (R, in)   E (R, 1)   B (out, R)
 * </pre>
 *
 * <p>n is {@code rank} at first and grows by {@code increment}, up to {@code most} in one matrix,
 * until all have {@code target} on average. Behind the n granted rows stand {@code increment} in
 * reserve, whose A and B train ahead; {@link RankGrowth} grants them. All rows are there from the
 * start, so that {@code R = most + increment} and R (in + out + 1) parameters a matrix are counted;
 * those neither granted nor in reserve are zero. The first A and B start in N(0, 0.02^2), E at
 * zero. The loss grows by {@code penalty} times {@link Orthogonality}.
 *
 * <p>Further options: {@code targets}; when to grant: each {@code interval} steps after {@code
 * warmup}, in the {@code top} matrices.
 */
public final class IncreLora extends Method {
  private final Targets targets;

  /** Takes the options that the class names. */
  public IncreLora(MethodSpec given) {
    super(canonical(given));
    targets = Targets.QUERIES_AND_VALUES.with(given);
  }

  private static MethodSpec canonical(MethodSpec given) {
    given.allowBesideNorms(
        "rank",
        "target",
        "alpha",
        "targets",
        "penalty",
        "warmup",
        "interval",
        "top",
        "increment",
        "most");
    int target = given.positive("target", 8);
    return MethodSpec.of("increlora")
        .with("rank", given.positive("rank", 1))
        .with("target", target)
        .with("alpha", given.positive("alpha", 16.0))
        .with("targets", Targets.QUERIES_AND_VALUES.with(given))
        .with("penalty", given.fromZero("penalty", 0.3))
        .with("warmup", given.fromZero("warmup", 0))
        .with("interval", given.positive("interval", 10))
        .with("top", given.positive("top", 3))
        .with("increment", given.positive("increment", Math.max(1, target / 2)))
        .with("most", given.positive("most", 4 * target));
  }

  private int number(String option) {
    return spec().fromZero(option, 0);
  }

  @Override
  public IncreLora resolve(Anatomy anatomy) {
    requireAtMost("rank", "target");
    requireAtMost("target", "most");
    requireReachable();
    targets.requireRank(name(), "most", number("most"), anatomy);
    return this;
  }

  private void requireAtMost(String option, String limit) {
    if (number(option) > number(limit)) {
      throw UserException.usage(
          "method increlora: %s=%d is larger than %s=%d; at most %d"
              .formatted(option, number(option), limit, number(limit), number(limit)));
    }
  }

  /** Refuses a target that growth by whole increments, of which one stays in reserve, misses. */
  private void requireReachable() {
    int increment = number("increment");
    int steps = (number("target") - number("rank") + increment - 1) / increment;
    int needed = number("rank") + steps * increment;
    if (needed > number("most")) {
      throw UserException.usage(
          "method increlora: from rank=%d by increment=%d no matrix gets to target=%d within most=%d; most at least %d"
              .formatted(number("rank"), increment, number("target"), number("most"), needed));
    }
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    GrowingTriplet.Sizes sizes =
        new GrowingTriplet.Sizes(number("rank"), number("most"), number("increment"));
    double alpha = spec().positive("alpha", 0.0);
    List<GrowingTriplet> growing =
        targets.of(anatomy).stream()
            .map(matrix -> new GrowingTriplet(plan, matrix, sizes, alpha, seed))
            .toList();
    double penalty = spec().fromZero("penalty", 0.0);
    if (penalty > 0) {
      List<Triplet> triplets = growing.stream().map(GrowingTriplet::triplet).toList();
      plan.penalty(() -> TorchFunctions.scale(Orthogonality.of(triplets), penalty));
    }
    RankGrowth.Times times =
        new RankGrowth.Times(number("warmup"), number("interval"), number("top"));
    plan.eachStep(new RankGrowth(plan, growing, number("target") * growing.size(), times, seed));
  }

  @Override
  public boolean isFixed(String tensor) {
    return tensor.endsWith(GrowingTriplet.COUNT);
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
