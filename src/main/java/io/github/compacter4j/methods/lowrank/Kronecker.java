package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.torch.TorchFunctions;

/** Products with {@code w1 (x) w2} that never build it, w1 (a, m) and w2 (k, n). */
final class Kronecker {
  private Kronecker() {}

  /**
   * {@code s x (w1 (x) w2)^T}: with X (m, n) the rows of x and Y (a, k) those of the result, {@code
   * Y = s w1 X w2^T}.
   *
   * @param x (..., m n)
   * @return (..., a k)
   */
  static NDArray product(NDArray x, NDArray w1, NDArray w2, double s) {
    Shape shape = x.getShape();
    int last = shape.dimension();
    Shape rows = shape.slice(0, last - 1);
    long m = w1.getShape().get(1);
    NDArray inner = x.reshape(rows.add(m).add(w2.getShape().get(1))); // (..., m, n)
    NDArray right = TorchFunctions.linear(inner, TorchFunctions.scale(w2, s)); // (..., m, k)
    NDArray both = TorchFunctions.linear(right.swapAxes(last - 1, last), w1); // (..., k, a)
    return both.swapAxes(last - 1, last)
        .reshape(rows.add(w1.getShape().get(0) * w2.getShape().get(0)));
  }

  /**
   * A size as a product of two, as near each other as can be, the smaller first; the first is
   * {@code factor} where that divides the size.
   *
   * @param factor 0 for none
   */
  static long[] split(long size, int factor) {
    if (factor > 0 && size % factor == 0) {
      return new long[] {factor, size / factor};
    }
    // A factor that does not divide is a bound of the first, as in peft.
    long first = (long) Math.sqrt(size);
    if (factor > 0) {
      first = Math.min(first, factor);
    }
    while (size % first != 0) {
      first--;
    }
    return new long[] {first, size / first};
  }
}
