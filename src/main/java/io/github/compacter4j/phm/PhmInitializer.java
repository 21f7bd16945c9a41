package io.github.compacter4j.phm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * The distributions from which PHM layers start, as in the reference code.
 *
 * @param distribution normal or uniform
 * @param scale standard deviation of the normal, bound of the uniform one; for the Glorot kinds,
 *     which depend on the shape, not used
 */
public record PhmInitializer(Distribution distribution, double scale) {

  /** Kinds of distributions. */
  public enum Distribution {
    NORMAL,
    UNIFORM,
    GLOROT_UNIFORM,
    GLOROT_NORMAL
  }

  /** N(0, standardDeviation^2). */
  public static PhmInitializer normal(double standardDeviation) {
    return new PhmInitializer(Distribution.NORMAL, standardDeviation);
  }

  /** U(-bound, bound). */
  public static PhmInitializer uniform(double bound) {
    return new PhmInitializer(Distribution.UNIFORM, bound);
  }

  /** U(-b, b), b = sqrt(2) sqrt(6 / (fan_in + fan_out)) for each matrix of a stack. */
  public static PhmInitializer glorotUniform() {
    return new PhmInitializer(Distribution.GLOROT_UNIFORM, Double.NaN);
  }

  /** N(0, s^2), s = sqrt(2) sqrt(2 / (fan_in + fan_out)) for each matrix of a stack. */
  public static PhmInitializer glorotNormal() {
    return new PhmInitializer(Distribution.GLOROT_NORMAL, Double.NaN);
  }

  /** As a DJL initializer that draws the stream of (seed, name). */
  public Initializer of(long seed, String name) {
    return (manager, shape, type) -> draw(manager, shape, type, new NamedRandom(seed, name));
  }

  private NDArray draw(NDManager manager, Shape shape, DataType type, NamedRandom random) {
    int count = Math.toIntExact(shape.size());
    float[] values =
        switch (distribution) {
          case NORMAL -> random.normal(count, scale);
          case UNIFORM -> random.uniform(count, -scale, scale);
          case GLOROT_UNIFORM -> {
            double bound = Math.sqrt(12 / fans(shape));
            yield random.uniform(count, -bound, bound);
          }
          case GLOROT_NORMAL -> random.normal(count, Math.sqrt(4 / fans(shape)));
        };
    NDArray drawn = manager.create(values, shape);
    return type == DataType.FLOAT32 ? drawn : TorchFunctions.cast(drawn, type);
  }

  private static double fans(Shape shape) {
    int last = shape.dimension() - 1;
    return (double) shape.get(last - 1) + shape.get(last);
  }
}
