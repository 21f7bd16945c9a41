package io.github.compacter4j.methods.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far the rows of A and the columns of B are from being orthonormal: the mean over all A and B
 * of the Frobenius norms of {@code A A^T - I} and {@code B^T B - I} (AdaLoRA, equation 4; its code
 * takes the norm, not its square). Rows and columns that are zero do not count.
 */
final class Orthogonality {
  /** Where rows are orthonormal to the last bit, the root has a finite slope, and the norm none. */
  private static final double SLOPE_AT_ZERO = 1e-30;

  private Orthogonality() {}

  /** A scalar that carries gradients; matrices of equal shape are multiplied together. */
  static NDArray of(List<Triplet> triplets) {
    Stream<NDArray> rows = triplets.stream().map(t -> t.a().getArray()); // (r, in)
    Stream<NDArray> columns = triplets.stream().map(t -> t.b().getArray().transpose()); // (r, out)
    Map<String, List<NDArray>> alike =
        Stream.concat(rows, columns)
            .collect(
                Collectors.groupingBy(
                    x -> x.getShape().toString(), TreeMap::new, Collectors.toList()));
    NDArray sum =
        alike.values().stream().map(Orthogonality::sumOfNorms).reduce(NDArray::add).orElseThrow();
    return TorchFunctions.scale(sum, 1.0 / (2 * triplets.size()));
  }

  private static NDArray sumOfNorms(List<NDArray> alike) {
    NDArray x = NDArrays.stack(new NDList(alike)); // (matrix, r, width)
    NDArray gram = x.matMul(x.transpose(0, 2, 1)); // (matrix, r, r)
    NDArray identity = x.getManager().eye((int) x.getShape().get(1)).mul(isThere(x));
    return gram.sub(identity).square().sum(new int[] {1, 2}).add(SLOPE_AT_ZERO).sqrt().sum();
  }

  /** 1 for a row that is not zero, else 0: (matrix, r, width) -> (matrix, r, 1). */
  private static NDArray isThere(NDArray x) {
    try (GradientMode off = GradientMode.off()) {
      return x.square().sum(new int[] {2}, true).gt(0).toType(x.getDataType(), false);
    }
  }
}
