package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gradients of the loss against central differences, in double precision. */
public final class Derivatives {
  private Derivatives() {}

  /** Compares the derivative of the loss along the directions of some tensors. */
  public static void check(
      TinyModel tiny, SortedMap<String, Parameter> tensors, Map<String, double[]> direction) {
    double expected = 0;
    for (Map.Entry<String, double[]> along : direction.entrySet()) {
      double[] g = tensors.get(along.getKey()).getArray().getGradient().toDoubleArray();
      for (int i = 0; i < g.length; i++) {
        expected += g[i] * along.getValue()[i];
      }
    }
    double h = 1e-6;
    double up = lossAt(tiny, tensors, direction, h);
    double down = lossAt(tiny, tensors, direction, -h);
    double tolerance = 1e-7 + 1e-6 * Math.abs(expected);
    assertEquals((up - down) / (2 * h), expected, tolerance, () -> "" + direction.keySet());
  }

  private static double lossAt(
      TinyModel tiny,
      SortedMap<String, Parameter> tensors,
      Map<String, double[]> direction,
      double h) {
    Map<String, double[]> before = new TreeMap<>();
    direction.forEach(
        (name, along) -> {
          NDArray tensor = tensors.get(name).getArray();
          double[] values = tensor.toDoubleArray();
          before.put(name, values.clone());
          Arrays.setAll(values, i -> values[i] + h * along[i]);
          TinyModel.set(tensor, values);
        });
    double loss = tiny.loss();
    before.forEach((name, values) -> TinyModel.set(tensors.get(name).getArray(), values));
    return loss;
  }
}
