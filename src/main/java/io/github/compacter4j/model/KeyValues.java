package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;

/** Keys and values of an attention layer, each (batch, key, heads * d_kv). */
public record KeyValues(NDArray keys, NDArray values) {

  /** These followed by later ones. */
  public KeyValues then(KeyValues later) {
    return new KeyValues(keys.concat(later.keys, 1), values.concat(later.values, 1));
  }

  /** The rows of the batch that {@code rows} (int64) names, in that order. */
  public KeyValues select(NDArray rows) {
    return new KeyValues(keys.get(rows), values.get(rows));
  }
}
