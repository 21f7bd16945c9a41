package io.github.compacter4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.torch.GradientCheck;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What our code computed for one golden file: a tensor for each expected one, by its place in the
 * file. All golden tests of tensors compare here.
 */
public final class Computed {
  private final String file;
  private final Map<String, Value> values = new LinkedHashMap<>();

  private record Value(long[] shape, double[] data, double tolerance) {}

  /** For this golden file, which messages name. */
  public Computed(String file) {
    this.file = file;
  }

  /** Adds what was computed for the expected values at a JSON pointer. */
  public void add(String pointer, NDArray array, double tolerance) {
    add(pointer, array.getShape().getShape(), GradientCheck.doubles(array), tolerance);
  }

  /** The same for a flat list. */
  public void add(String pointer, double[] list, double tolerance) {
    add(pointer, new long[] {list.length}, list, tolerance);
  }

  /** Whole numbers in rows of equal length, which must agree exactly. */
  public void add(String pointer, long[][] rows) {
    double[] flat = Arrays.stream(rows).flatMapToLong(Arrays::stream).asDoubleStream().toArray();
    add(pointer, new long[] {rows.length, flat.length / rows.length}, flat, 0);
  }

  /** A whole number. */
  public void add(String pointer, long number) {
    add(pointer, new long[0], new double[] {number}, 0);
  }

  private void add(String pointer, long[] shape, double[] data, double tolerance) {
    Value before = values.put(pointer, new Value(shape, data, tolerance));
    if (before != null) {
      throw new IllegalStateException(pointer + " is computed twice");
    }
  }

  /** The places of all tensors. */
  public Set<String> pointers() {
    return values.keySet();
  }

  /** The tolerance of one of them, 0 for whole numbers. */
  public double tolerance(String pointer) {
    return values.get(pointer).tolerance;
  }

  /** Asserts that every tensor has the shape and, within the tolerance, the values of the file. */
  public void assertMatches(JsonNode golden) {
    values.keySet().forEach(pointer -> assertMatches(golden, pointer));
  }

  /** The same for one of them. */
  public void assertMatches(JsonNode golden, String pointer) {
    Value computed = values.get(pointer);
    JsonNode node = golden.at(pointer);
    if (node.isMissingNode()) {
      throw new AssertionError(file + ": " + pointer + " is not there");
    }
    Goldens.Tensor expected = node.isArray() ? GoldenArrays.nested(node) : Goldens.tensor(node);
    if (!Arrays.equals(expected.shape(), computed.shape)) {
      throw new AssertionError(
          "%s %s: shape is %s, expected %s"
              .formatted(file, pointer, new Shape(computed.shape), new Shape(expected.shape())));
    }
    Goldens.assertClose(file + " " + pointer, expected.data(), computed.data, computed.tolerance);
  }
}
