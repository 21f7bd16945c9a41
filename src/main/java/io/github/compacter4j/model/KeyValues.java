package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;

/** Keys and values of an attention layer, each (batch, key, heads * d_kv). */
public record KeyValues(NDArray keys, NDArray values) {

  /** These followed by later ones. */
  public KeyValues then(KeyValues later) {
    return new KeyValues(keys.concat(later.keys, 1), values.concat(later.values, 1));
  }

  /** These, (key, heads * d_kv), once for each row of a batch. */
  public KeyValues repeated(long batch) {
    return new KeyValues(
        keys.expandDims(0).repeat(0, batch), values.expandDims(0).repeat(0, batch));
  }

  /** Each row of the batch so many times, one behind the other. */
  public KeyValues each(int times) {
    return times == 1 ? this : new KeyValues(keys.repeat(0, times), values.repeat(0, times));
  }

  /** The rows of the batch that {@code rows} (int64) names, in that order. */
  public KeyValues select(NDArray rows) {
    return new KeyValues(keys.get(rows), values.get(rows));
  }
}
