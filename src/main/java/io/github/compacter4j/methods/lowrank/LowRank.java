package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.compacter4j.torch.TorchFunctions;

/** What methods with two thin factors A (r, in) and B (out, r) have in common. */
final class LowRank {
  private LowRank() {}

  /** {@code s (x A^T) B^T}: (..., in) -> (..., out). */
  static NDArray product(NDArray x, NDArray a, NDArray b, double s) {
    NDArray inner = TorchFunctions.linear(x, a); // (..., r)
    return TorchFunctions.linear(TorchFunctions.scale(inner, s), b);
  }

  /** The leading columns of a factor that wider matrices share: (r, most) -> (r, in). */
  static NDArray columns(NDArray a, long in) {
    return a.getShape().get(1) == in ? a : a.get(new NDIndex(":, :" + in));
  }

  /** The leading rows of a factor that taller matrices share: (most, ...) -> (out, ...). */
  static NDArray rows(NDArray b, long out) {
    return b.getShape().get(0) == out ? b : b.get(new NDIndex(":" + out));
  }
}
