package io.github.compacter4j.torch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;

/** Compares gradients by backward pass with central differences of sum(f(x) * g), g fixed. */
public final class GradientCheck {
  private GradientCheck() {}

  /** Every element of every input; the inputs must ask for gradients. */
  public static void check(
      double h, double tolerance, Function<NDArray[], NDArray> f, NDArray... inputs) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray weights;
      try (GradientMode mode = GradientMode.on()) {
        NDArray y = f.apply(inputs);
        weights = random(y.getManager(), y.getDataType(), 99, y.getShape());
        Torch.backward(y.mul(weights).sum());
      }
      for (int i = 0; i < inputs.length; i++) {
        compare(h, tolerance, f, inputs, i, weights);
      }
    }
  }

  private static void compare(
      double h,
      double tolerance,
      Function<NDArray[], NDArray> f,
      NDArray[] inputs,
      int which,
      NDArray weights) {
    Number[] gradient = inputs[which].getGradient().toArray();
    double scale = 1;
    for (Number value : gradient) {
      scale = Math.max(scale, Math.abs(value.doubleValue()));
    }
    for (int k = 0; k < gradient.length; k++) {
      double up = shifted(f, inputs, which, k, h, weights);
      double down = shifted(f, inputs, which, k, -h, weights);
      double difference = Math.abs((up - down) / (2 * h) - gradient[k].doubleValue());
      assertTrue(
          difference <= tolerance * scale,
          "input " + which + ", element " + k + ": off by " + difference + " at scale " + scale);
    }
  }

  private static double shifted(
      Function<NDArray[], NDArray> f,
      NDArray[] inputs,
      int which,
      int element,
      double h,
      NDArray weights) {
    try (NDScope scope = new NDScope();
        GradientMode mode = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      NDArray x = inputs[which];
      double[] values = doubles(x);
      values[element] += h;
      NDArray[] moved = inputs.clone();
      moved[which] = create(x.getManager(), x.getDataType(), values, x.getShape());
      NDArray y = f.apply(moved).mul(weights);
      double sum = 0;
      for (double value : doubles(y)) {
        sum += value;
      }
      return sum;
    }
  }

  /** Values of a float32 or float64 array as doubles. */
  public static double[] doubles(NDArray x) {
    if (x.getDataType() == DataType.FLOAT64) {
      return x.toDoubleArray();
    }
    float[] floats = x.toFloatArray();
    double[] values = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  /** An array of the given type from doubles. */
  public static NDArray create(NDManager manager, DataType type, double[] values, Shape shape) {
    if (type == DataType.FLOAT64) {
      return manager.create(values, shape);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return manager.create(floats, shape);
  }

  /** Standard normal values from our own generator. */
  public static NDArray random(NDManager manager, DataType type, long seed, Shape shape) {
    float[] floats = new NamedRandom(seed, shape.toString()).normal((int) shape.size(), 1);
    double[] values = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      values[i] = floats[i];
    }
    return create(manager, type, values, shape);
  }
}
