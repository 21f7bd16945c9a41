package io.github.compacter4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.torch.GradientCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Golden values as arrays, and the tolerances of both types. */
public final class GoldenArrays {
  private GoldenArrays() {}

  /** The array of a golden tensor, or of nested lists of numbers. */
  public static NDArray array(NDManager manager, JsonNode node, DataType type) {
    Goldens.Tensor tensor = node.isArray() ? nested(node) : Goldens.tensor(node);
    return create(manager, type, tensor.data(), new Shape(tensor.shape()));
  }

  /** Nested lists of numbers as a tensor; lists of one depth must be equally long. */
  public static Goldens.Tensor nested(JsonNode lists) {
    List<Double> values = new ArrayList<>();
    List<Long> shape = new ArrayList<>();
    flatten(lists, values, shape, 0);
    return new Goldens.Tensor(
        shape.stream().mapToLong(Long::longValue).toArray(),
        values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static void flatten(JsonNode node, List<Double> values, List<Long> shape, int depth) {
    if (depth == shape.size()) {
      shape.add((long) node.size());
    }
    if (shape.get(depth) != node.size()) {
      throw new AssertionError("golden lists of unequal length: " + node);
    }
    for (JsonNode child : node) {
      if (child.isArray()) {
        flatten(child, values, shape, depth + 1);
      } else {
        values.add(child.doubleValue());
      }
    }
  }

  private static NDArray create(NDManager manager, DataType type, double[] values, Shape shape) {
    if (type == DataType.INT64) {
      return manager.create(Arrays.stream(values).mapToLong(v -> (long) v).toArray(), shape);
    }
    return GradientCheck.create(manager, type, values, shape);
  }

  /** Tolerance of values: 1e-9 in double, 1e-4 in float32. */
  public static double tolerance(DataType type) {
    return type == DataType.FLOAT64 ? 1e-9 : 1e-4;
  }

  /** Tolerance of gradients: 1e-9 in double, 1e-3 in float32. */
  public static double gradientTolerance(DataType type) {
    return type == DataType.FLOAT64 ? 1e-9 : 1e-3;
  }
}
