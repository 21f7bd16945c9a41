package io.github.compacter4j.methods.lowrank;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * SVFit (Sun et al., 2024): of the decomposition of each chosen matrix by singular values the r
 * largest values train, {@code W = U_r diag(s) V_r^T + W_e}.
 *
 * <p>r parameters a matrix, which start at the singular values, so that at first nothing changes.
 * No code of the authors is known; the formula is the abstract's. Values may be in the tens, so the
 * rate must be larger than LoRA's to move them.
 *
 * <p>Options: {@code rank}, {@code targets}.
 */
public final class SvFit extends Method {
  private final int rank;
  private final Targets targets;

  /** Takes {@code rank} and {@code targets}. */
  public SvFit(MethodSpec given) {
    this(
        given.allow("rank", "targets").positive("rank", 256),
        Targets.QUERIES_AND_VALUES.with(given));
  }

  private SvFit(int rank, Targets targets) {
    super(MethodSpec.of("svfit").with("rank", rank).with("targets", targets));
    this.rank = rank;
    this.targets = targets;
  }

  @Override
  public SvFit resolve(Anatomy anatomy) {
    targets.requireRank("svfit", rank, anatomy);
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets
        .of(anatomy)
        .forEach(
            matrix -> {
              Factored factored =
                  Factored.insert(plan, matrix, rank, "s", TorchFunctions::singularFactors);
              plan.hook(hooks -> hooks.beside(matrix.name(), (pass, x) -> factored.product(x, 1)));
            });
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
