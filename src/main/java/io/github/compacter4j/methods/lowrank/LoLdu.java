package io.github.compacter4j.methods.lowrank;

import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * LoLDU (Shi et al., 2024): of the triangular decomposition of each chosen matrix, {@code W = P L D
 * U} with partial pivoting, the first r entries z of the diagonal train,
 *
 * <pre>
 *   y = x W^T + alpha / r sum_k (z_k - D_k) (x U_k) (P L)_k
 * </pre>
 *
 * <p>r parameters a matrix, which start at D, so that at first nothing changes. The authors take
 * the first r terms, times alpha / r, out of W and add them again with z: the same function.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}.
 */
public final class LoLdu extends RankedMethod {
  /** Takes {@code rank}, {@code alpha} and {@code targets}. */
  public LoLdu(MethodSpec given) {
    super(ranked(given.allowBesideNorms("rank", "alpha", "targets"), 256, 256));
  }

  @Override
  void insert(Site site) {
    double s = scale();
    Factored factored =
        Factored.insert(
            site.plan(), site.matrix(), rank(), "vector_z", TorchFunctions::triangularFactors);
    site.beside((pass, x) -> factored.product(x, s));
  }
}
