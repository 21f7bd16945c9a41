package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;

/** One attention layer of T5: four projections without biases, no scaling by the root of d. */
final class Attention {
  private final Projections projections;
  private final String prefix;
  private final int heads;

  Attention(Projections projections, String prefix, int heads) {
    this.projections = projections;
    this.prefix = prefix;
    this.heads = heads;
  }

  /** Keys and values of {@code x} (batch, key, d) -> each (batch, key, heads * d_kv). */
  KeyValues keyValues(NDArray x) {
    return new KeyValues(
        projections.apply(prefix + ".k.weight", x), projections.apply(prefix + ".v.weight", x));
  }

  /**
   * Attends from {@code x} to the given keys and values.
   *
   * @param x (batch, query, d)
   * @param bias broadcast to (batch, heads, query, key), mask included
   * @return (batch, query, d)
   */
  NDArray forward(ForwardPass pass, NDArray x, KeyValues attended, NDArray bias) {
    NDArray q = projections.apply(prefix + ".q.weight", x); // (batch, query, heads * d_kv)
    NDArray y = pass.attention(q, attended.keys(), attended.values(), bias, heads);
    return projections.apply(prefix + ".o.weight", y);
  }
}
