package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.MethodSpec;

/**
 * LoHa (Hyeon-Woo et al., 2022, FedPara; Yeh et al., 2023): an elementwise product of two products
 * beside each chosen matrix,
 *
 * <pre>
 *   y = x W^T + s x ((A_1 B_1) * (A_2 B_2))^T      s = alpha / r    A_i (out, r)   B_i (r, in)
 * </pre>
 *
 * <p>Its rank is up to r^2: it is LoRA with the r^2 products of a column of A_1 and one of A_2, and
 * of a row of B_1 and one of B_2, and computed so. 2 r (in + out) parameters a matrix. B_2 starts
 * at zero, so at first nothing changes, all else in U(-1/sqrt(n), 1/sqrt(n)), n the last size; as
 * in {@code peft}. No norms train.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}.
 */
public final class Loha extends RankedMethod {
  /** Takes {@code rank}, {@code alpha} and {@code targets}. */
  public Loha(MethodSpec given) {
    super(ranked(given.allowBesideNorms("rank", "alpha", "targets"), 8, 8));
  }

  @Override
  void insert(Site site) {
    double s = scale();
    Parameter a1 = site.uniform("hada_w1_a", site.out(), rank());
    Parameter b1 = site.uniform("hada_w1_b", rank(), site.in());
    Parameter a2 = site.uniform("hada_w2_a", site.out(), rank());
    Parameter b2 = site.zeros("hada_w2_b", rank(), site.in());
    site.beside(
        (pass, x) ->
            LowRank.product(
                x, rows(b1.getArray(), b2.getArray()), columns(a1.getArray(), a2.getArray()), s));
  }

  /** All products of a row of each: (r, in) and (r, in) -> (r^2, in). */
  private static NDArray rows(NDArray b1, NDArray b2) {
    NDArray pairs = b1.expandDims(1).mul(b2.expandDims(0)); // (r, r, in)
    return pairs.reshape(new Shape(-1, b1.getShape().get(1)));
  }

  /** All products of a column of each: (out, r) and (out, r) -> (out, r^2). */
  private static NDArray columns(NDArray a1, NDArray a2) {
    NDArray pairs = a1.expandDims(2).mul(a2.expandDims(1)); // (out, r, r)
    return pairs.reshape(new Shape(a1.getShape().get(0), -1));
  }
}
