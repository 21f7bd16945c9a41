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
    if (node.isArray()) {
      List<Double> values = new ArrayList<>();
      List<Long> shape = new ArrayList<>();
      flatten(node, values, shape, 0);
      double[] flat = values.stream().mapToDouble(Double::doubleValue).toArray();
      long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
      return create(manager, type, flat, new Shape(dimensions));
    }
    Goldens.Tensor tensor = Goldens.tensor(node);
    return create(manager, type, tensor.data(), new Shape(tensor.shape()));
  }

  private static void flatten(JsonNode node, List<Double> values, List<Long> shape, int depth) {
    if (depth == shape.size()) {
      shape.add((long) node.size());
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

  /** Asserts equality within the tolerance, and equal shapes. */
  public static void assertClose(String what, JsonNode expected, NDArray actual, double tolerance) {
    Goldens.Tensor tensor = Goldens.tensor(expected);
    if (!actual.getShape().equals(new Shape(tensor.shape()))) {
      throw new AssertionError(
          what + ": shape is " + actual.getShape() + ", expected " + new Shape(tensor.shape()));
    }
    Goldens.assertClose(what, tensor.data(), GradientCheck.doubles(actual), tolerance);
  }
}
