package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * PiSSA (Meng et al., 2024), a start of LoRA's factors: with {@code W = U S V^T}, of which the r
 * largest singular values are taken,
 *
 * <pre>
 *   A = sqrt(S_r / s) V_r^T      B = U_r sqrt(S_r / s)      base: W - s B A
 * </pre>
 *
 * <p>So at first nothing changes. The base's own tensor stays as it is: what it lacks is subtracted
 * beside it, and an adapter's file holds A and B of the start, without which it means nothing.
 */
final class Pissa {
  private Pissa() {}

  /** Plans A and B, and fixed copies of their start. */
  static Factors factors(Site site, int rank, double s) {
    Plan plan = site.plan();
    TensorSpec matrix = site.matrix();
    Shape shapeOfA = new Shape(rank, site.in());
    Shape shapeOfB = new Shape(site.out(), rank);
    Parameter a =
        plan.tensor(
            matrix.sibling("lora_A.weight"),
            shapeOfA,
            (base, owner, shape, type) -> rows(weight(matrix, base, type), rank, s, owner));
    Parameter b =
        plan.tensor(
            matrix.sibling("lora_B.weight"),
            shapeOfB,
            (base, owner, shape, type) ->
                columns(weight(matrix, base, type), a.getArray(), s, owner));
    return new Factors(
        a,
        b,
        plan.kept(matrix.sibling("lora_A.start"), shapeOfA, copy(a)),
        plan.kept(matrix.sibling("lora_B.start"), shapeOfB, copy(b)));
  }

  private static NDArray weight(TensorSpec matrix, Weights base, DataType type) {
    return TorchFunctions.cast(base.get(matrix.name()), type);
  }

  private static Start copy(Parameter parameter) {
    return (base, owner, shape, type) -> Torch.keep(parameter.getArray().duplicate(), owner);
  }

  private static NDArray rows(NDArray w, int rank, double s, NDManager owner) {
    NDArray rows = TorchFunctions.principalRows(w, rank); // (r, in)
    return Torch.keep(TorchFunctions.scale(rows, 1 / Math.sqrt(s)), owner);
  }

  /** {@code W a_k = S_k sqrt(S_k / s) u_k}, and {@code |a_k|^2 = S_k / s}. */
  private static NDArray columns(NDArray w, NDArray a, double s, NDManager owner) {
    NDArray values = TorchFunctions.scale(a.mul(a).sum(new int[] {1}), s); // (r), S_k
    NDArray nonZero = values.maximum(Float.MIN_NORMAL); // where W has a lower rank, a_k is zero
    return Torch.keep(TorchFunctions.linear(w, a).div(nonZero), owner);
  }
}
