package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

/**
 * The factors A (r, in) and B (out, r) of a matrix's change, and those that its base lacks.
 *
 * @param startA what A and
 * @param startB B were at the start where the base is without their product; else null
 */
record Factors(Parameter a, Parameter b, Parameter startA, Parameter startB) {
  static Factors of(Parameter a, Parameter b) {
    return new Factors(a, b, null, null);
  }

  /** {@code s (x' A^T) B^T} less what the base lacks: x' and x (..., in) -> (..., out). */
  NDArray change(NDArray dropped, NDArray x, double s) {
    NDArray change = LowRank.product(dropped, a.getArray(), b.getArray(), s);
    return startA == null
        ? change
        : change.sub(LowRank.product(x, startA.getArray(), startB.getArray(), s));
  }

  /** All rows that read: (r, in), or (2 r, in). */
  NDArray readers() {
    return startA == null ? a.getArray() : a.getArray().concat(startA.getArray(), 0);
  }

  /** All columns that write, with their signs: (out, r), or (out, 2 r). */
  NDArray writers() {
    return startB == null ? b.getArray() : b.getArray().concat(startB.getArray().neg(), 1);
  }
}
