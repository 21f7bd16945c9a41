package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * The first r terms of a factorisation {@code W = sum_k d_k left_k right_k^T + rest}, in which d
 * trains: {@code y = x W^T + s sum_k (d_k - d0_k) (x right_k) left_k}.
 *
 * <p>The factors are made again from the base, so no file holds them.
 *
 * @param factors (r, out + 1 + in): in each row left_k, d0_k, right_k
 * @param d (r), trained, at first d0
 */
record Factored(Parameter factors, Parameter d, int out) {

  /** A way to factorise a matrix. */
  interface Factorisation {
    /** The first {@code rank} terms of a matrix (out, in) as (rank, out + 1 + in). */
    NDArray of(NDArray w, int rank);
  }

  /** Factorises a matrix and inserts its d as a tensor of this name. */
  static Factored insert(
      Plan plan, TensorSpec matrix, int rank, String name, Factorisation factorisation) {
    int out = Math.toIntExact(matrix.shape().get(0));
    Shape shape = new Shape(rank, out + 1 + matrix.shape().get(1));
    Start start =
        (base, owner, s, type) -> {
          NDArray found = factorisation.of(base.get(matrix.name()), rank);
          if (found.isInfinite().any().getBoolean() || found.isNaN().any().getBoolean()) {
            throw new UserException(matrix.name() + ": is singular and cannot be factorised");
          }
          return Torch.keep(found, owner);
        };
    Parameter factors = plan.fixed(matrix.sibling(name + "_factors"), shape, start);
    Start first = (base, owner, s, type) -> Torch.keep(diagonal(factors, out).duplicate(), owner);
    return new Factored(factors, plan.tensor(matrix.sibling(name), new Shape(rank), first), out);
  }

  private static NDArray diagonal(Parameter factors, int out) {
    return factors.getArray().get(":, " + out);
  }

  /** What is beside the matrix, times {@code scale}: (..., in) -> (..., out). */
  NDArray product(NDArray x, double scale) {
    NDArray all = factors.getArray();
    NDArray moved = d.getArray().sub(diagonal(factors, out)); // (r)
    NDArray inner = TorchFunctions.linear(x, all.get(":, " + (out + 1) + ":")); // (..., r)
    NDArray left = all.get(":, :" + out).transpose(); // (out, r)
    return TorchFunctions.linear(inner.mul(TorchFunctions.scale(moved, scale)), left);
  }
}
