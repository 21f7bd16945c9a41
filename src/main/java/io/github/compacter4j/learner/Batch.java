package io.github.compacter4j.learner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.t5.T5Network;
import java.util.Arrays;
import java.util.List;

/**
 * Rows as arrays, padded to the longest.
 *
 * @param ids int64 (batch, source)
 * @param mask (batch, source), 1 for ids and 0 for padding
 * @param labels int64 (batch, target), -100 behind the end
 */
public record Batch(NDArray ids, NDArray mask, NDArray labels) {

  /** Sources and targets of equal number. */
  public static Batch of(
      NDManager manager, DataType type, List<int[]> sources, List<int[]> targets) {
    int length = longest(sources);
    NDArray ids = padded(manager, sources, 0);
    double[] mask = new double[sources.size() * length];
    for (int row = 0; row < sources.size(); row++) {
      Arrays.fill(mask, row * length, row * length + sources.get(row).length, 1);
    }
    NDArray typed = manager.create(mask, ids.getShape()).toType(type, false);
    return new Batch(ids, typed, padded(manager, targets, T5Network.IGNORED));
  }

  /** The first row alone, as long as it stands here. */
  public Batch first() {
    return new Batch(ids.get("0:1"), mask.get("0:1"), labels.get("0:1"));
  }

  private static int longest(List<int[]> rows) {
    return rows.stream().mapToInt(row -> row.length).max().orElseThrow();
  }

  /** Rows of ids as int64 (rows, longest). */
  static NDArray padded(NDManager manager, List<int[]> rows, long padding) {
    int length = longest(rows);
    long[] values = new long[rows.size() * length];
    Arrays.fill(values, padding);
    for (int row = 0; row < rows.size(); row++) {
      for (int i = 0; i < rows.get(row).length; i++) {
        values[row * length + i] = rows.get(row)[i];
      }
    }
    return manager.create(values, new Shape(rows.size(), length));
  }
}
