package io.github.compacter4j.methods.lowrank;

import io.github.compacter4j.methods.MethodSpec;
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
public final class SvFit extends RankedMethod {
  /** Takes {@code rank} and {@code targets}. */
  public SvFit(MethodSpec given) {
    super(ranked(given.allowBesideNorms("rank", "targets"), 256));
  }

  @Override
  void insert(Site site) {
    Factored factored =
        Factored.insert(site.plan(), site.matrix(), rank(), "s", TorchFunctions::singularFactors);
    site.beside((pass, x) -> factored.product(x, 1));
  }
}
