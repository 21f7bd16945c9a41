package io.github.compacter4j.analysis;

import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.phm.PhmLinear;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The dense weight H of a layer by the definition alone: {@code H = sum_i A_i (x) B_i} (Zhang et
 * al., 2021), {@code B_i = s_i t_i} in the low-rank form (arXiv 2106.04647).
 */
public final class DenseWeights {
  private DenseWeights() {}

  /** A (x) B: (m, n) and (p, q) give (m p, n q), where block (a, c) is {@code A[a, c] B}. */
  public static INDArray kronecker(INDArray a, INDArray b) {
    long p = b.rows();
    long q = b.columns();
    INDArray product = Nd4j.create(b.dataType(), a.rows() * p, a.columns() * q);
    for (int row = 0; row < a.rows(); row++) {
      for (int column = 0; column < a.columns(); column++) {
        product.put(
            new INDArrayIndex[] {
              NDArrayIndex.interval(row * p, (row + 1) * p),
              NDArrayIndex.interval(column * q, (column + 1) * q)
            },
            b.mul(a.getDouble(row, column)));
      }
    }
    return product;
  }

  /**
   * Sum over i of A_i (x) B_i.
   *
   * @param a (n, n, n), the matrices A_i
   * @param b (n, in/n, out/n), the matrices B_i
   * @return H (in, out)
   */
  public static INDArray kroneckerSum(INDArray a, INDArray b) {
    requireStacks(a, b);
    INDArray sum = kronecker(matrix(a, 0), matrix(b, 0));
    for (int i = 1; i < a.size(0); i++) {
      sum.addi(kronecker(matrix(a, i), matrix(b, i)));
    }
    return sum;
  }

  /** The products {@code left_i right_i}: (n, p, r) and (n, r, q) give (n, p, q). */
  public static INDArray products(INDArray left, INDArray right) {
    requireStacks(left, right);
    INDArray all = Nd4j.create(left.dataType(), left.size(0), left.size(1), right.size(2));
    for (int i = 0; i < left.size(0); i++) {
      matrix(all, i).assign(matrix(left, i).mmul(matrix(right, i)));
    }
    return all;
  }

  /** H (in, out) of a PHM layer, from its parameters alone. */
  public static INDArray of(PhmLinear layer) {
    Map<String, INDArray> tensors = new TreeMap<>();
    for (Parameter parameter : layer.getParameters().values()) {
      String name = parameter.getName();
      tensors.put(name.substring(name.lastIndexOf('.') + 1), DoubleArrays.of(parameter.getArray()));
    }
    return of(tensors);
  }

  /**
   * The weight (in, out) of one layer from its tensors by the last part of their names: {@code
   * phm_rule} with {@code W}; {@code W_left} and {@code W_right}, matrices in the low-rank adapter
   * and stacks in PHM layers; {@code weight} (out, in) in dense adapters.
   */
  static INDArray of(Map<String, INDArray> tensors) {
    if (tensors.containsKey("weight")) {
      return tensors.get("weight").transpose();
    }
    INDArray left = tensors.get("W_left");
    if (left != null && left.rank() == 2) {
      return left.mmul(tensors.get("W_right"));
    }
    return kroneckerSum(stack(tensors, "phm_rule"), stack(tensors, "W"));
  }

  /** A stack as it stands, or as the product of its factors. */
  private static INDArray stack(Map<String, INDArray> tensors, String name) {
    INDArray whole = tensors.get(name);
    return whole != null
        ? whole
        : products(tensor(tensors, name + "_left"), tensor(tensors, name + "_right"));
  }

  private static INDArray tensor(Map<String, INDArray> tensors, String name) {
    INDArray tensor = tensors.get(name);
    if (tensor == null) {
      throw new UserException(
          "no dense weight without the tensor " + name + "; there are " + tensors.keySet());
    }
    return tensor;
  }

  private static INDArray matrix(INDArray stack, int i) {
    return stack.tensorAlongDimension(i, 1, 2);
  }

  private static void requireStacks(INDArray first, INDArray second) {
    if (first.rank() != 3 || second.rank() != 3 || first.size(0) != second.size(0)) {
      throw new IllegalArgumentException(
          "expected two stacks of equally many matrices, found "
              + first.shapeInfoToString()
              + " and "
              + second.shapeInfoToString());
    }
  }
}
