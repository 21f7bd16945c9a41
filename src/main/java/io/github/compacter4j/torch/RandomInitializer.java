package io.github.compacter4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;

/**
 * The distributions from which new tensors start, as in the reference code (gain sqrt 2 in the
 * Glorot kinds).
 *
 * @param distribution normal or uniform
 * @param scale standard deviation of the normal, bound of the uniform one; for the Glorot kinds,
 *     whose width depends on the shape, the square of their gain
 */
public record RandomInitializer(Distribution distribution, double scale) {

  /** Kinds of distributions. */
  public enum Distribution {
    NORMAL,
    UNIFORM,
    GLOROT_UNIFORM,
    GLOROT_NORMAL
  }

  /** N(0, standardDeviation^2). */
  public static RandomInitializer normal(double standardDeviation) {
    return new RandomInitializer(Distribution.NORMAL, standardDeviation);
  }

  /** U(-bound, bound). */
  public static RandomInitializer uniform(double bound) {
    return new RandomInitializer(Distribution.UNIFORM, bound);
  }

  /** U(-b, b), b = sqrt(2) sqrt(6 / (fan_in + fan_out)) for each matrix of a stack. */
  public static RandomInitializer glorotUniform() {
    return new RandomInitializer(Distribution.GLOROT_UNIFORM, 2);
  }

  /** N(0, s^2), s = sqrt(2) sqrt(2 / (fan_in + fan_out)) for each matrix of a stack. */
  public static RandomInitializer glorotNormal() {
    return new RandomInitializer(Distribution.GLOROT_NORMAL, 2);
  }

  /** As a DJL initializer that draws the stream of (seed, name). */
  public Initializer of(long seed, String name) {
    return (manager, shape, type) -> draw(manager, shape, type, new NamedRandom(seed, name));
  }

  /** A tensor that starts with the random stream of (seed, name). */
  public Parameter tensor(String name, Shape shape, long seed) {
    Parameter parameter =
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optInitializer(of(seed, name))
            .build();
    parameter.setShape(shape);
    return parameter;
  }

  private NDArray draw(NDManager manager, Shape shape, DataType type, NamedRandom random) {
    int count = Math.toIntExact(shape.size());
    float[] values =
        switch (distribution) {
          case NORMAL -> random.normal(count, scale);
          case UNIFORM -> random.uniform(count, -scale, scale);
          case GLOROT_UNIFORM -> {
            double bound = Math.sqrt(scale * 6 / fans(shape));
            yield random.uniform(count, -bound, bound);
          }
          case GLOROT_NORMAL -> random.normal(count, Math.sqrt(scale * 2 / fans(shape)));
        };
    NDArray drawn = TensorFiller.filled(manager, values, shape);
    return type == DataType.FLOAT32 ? drawn : TorchFunctions.cast(drawn, type);
  }

  private static double fans(Shape shape) {
    int last = shape.dimension() - 1;
    return (double) shape.get(last - 1) + shape.get(last);
  }
}
