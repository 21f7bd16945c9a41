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
 * @param types which of two texts an id belongs to, int64 (batch, source); null for text-to-text
 *     models
 * @param mask (batch, source), 1 for ids and 0 for padding
 * @param labels of text-to-text models: ids, int64 (batch, target), -100 behind the end; of others:
 *     classes, int64 (batch), or scores (batch)
 */
public record Batch(NDArray ids, NDArray types, NDArray mask, NDArray labels) {

  /** Rows of a text-to-text model. */
  public Batch(NDArray ids, NDArray mask, NDArray labels) {
    this(ids, null, mask, labels);
  }

  /** Sources and targets of equal number. */
  public static Batch of(
      NDManager manager, DataType type, List<int[]> sources, List<int[]> targets) {
    NDArray ids = padded(manager, sources, 0);
    NDArray mask = mask(manager, type, sources);
    return new Batch(ids, mask, padded(manager, targets, T5Network.IGNORED));
  }

  /** Single texts without padding for an encoder, equal in length, with their classes. */
  public static Batch ofClasses(
      NDManager manager, DataType type, List<int[]> texts, long[] classes) {
    NDArray ids = padded(manager, texts, 0);
    NDArray mask = mask(manager, type, texts);
    return new Batch(ids, ids.zerosLike(), mask, manager.create(classes));
  }

  /** 1 for ids and 0 for padding: (rows, longest). */
  static NDArray mask(NDManager manager, DataType type, List<int[]> rows) {
    int length = longest(rows);
    double[] mask = new double[rows.size() * length];
    for (int row = 0; row < rows.size(); row++) {
      Arrays.fill(mask, row * length, row * length + rows.get(row).length, 1);
    }
    return manager.create(mask, new Shape(rows.size(), length)).toType(type, false);
  }

  /** The first row alone, as long as it stands here. */
  public Batch first() {
    NDArray ofFirst = types == null ? null : types.get("0:1");
    return new Batch(ids.get("0:1"), ofFirst, mask.get("0:1"), labels.get("0:1"));
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
