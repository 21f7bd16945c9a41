package io.github.compacter4j.methods.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;

/**
 * Two thin matrices with a factor for each of their r pairs of row and column: B diag(e) A.
 *
 * @param a (r, in)
 * @param e the factors: a row or a column of r
 * @param b (out, r)
 */
record Triplet(Parameter a, Parameter e, Parameter b) {

  /**
   * Inserts {@code lora_A} and {@code lora_B} of a matrix (out, in) around factors.
   *
   * @param factors inserted before
   */
  static Triplet insert(
      Plan plan, TensorSpec matrix, int rank, Parameter factors, Draw startOfA, Draw startOfB) {
    String nameOfA = matrix.sibling("lora_A");
    String nameOfB = matrix.sibling("lora_B");
    Shape shapeOfA = new Shape(rank, matrix.shape().get(1));
    Shape shapeOfB = new Shape(matrix.shape().get(0), rank);
    return new Triplet(
        plan.tensor(nameOfA, shapeOfA, startOfA.of(nameOfA)),
        factors,
        plan.tensor(nameOfB, shapeOfB, startOfB.of(nameOfB)));
  }

  /** Where the tensor of a name starts. */
  interface Draw {
    /** A start with the random stream of this name. */
    Start of(String name);
  }

  /** {@code scale (x A^T) diag(e) B^T}: (..., in) -> (..., out). */
  NDArray product(NDArray x, double scale) {
    return product(x, TorchFunctions.scale(e.getArray().flatten(), scale));
  }

  /** {@code (x A^T) diag(factors) B^T}: (..., in), (r) -> (..., out). */
  NDArray product(NDArray x, NDArray factors) {
    NDArray inner = TorchFunctions.linear(x, a.getArray()).mul(factors); // (..., r)
    return TorchFunctions.linear(inner, b.getArray());
  }

  /** A, the factors, B. */
  List<Parameter> tensors() {
    return List.of(a, e, b);
  }
}
