package io.github.compacter4j.phm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * The distributions from which PHM layers start, as in the reference code: N(0, s^2) or U(-s, s).
 *
 * @param uniform U instead of N
 * @param glorot whether s depends on the shape: {@code s = scale / sqrt(fan_in + fan_out)}
 * @param scale s itself where it does not
 */
public record PhmInitializer(boolean uniform, boolean glorot, double scale) {

  /** N(0, standardDeviation^2). */
  public static PhmInitializer normal(double standardDeviation) {
    return new PhmInitializer(false, false, standardDeviation);
  }

  /** U(-bound, bound). */
  public static PhmInitializer uniform(double bound) {
    return new PhmInitializer(true, false, bound);
  }

  /** U(-b, b), b = sqrt(2) sqrt(6 / (fan_in + fan_out)) for each matrix of a stack. */
  public static PhmInitializer glorotUniform() {
    return new PhmInitializer(true, true, Math.sqrt(12));
  }

  /** N(0, s^2), s = sqrt(2) sqrt(2 / (fan_in + fan_out)) for each matrix of a stack. */
  public static PhmInitializer glorotNormal() {
    return new PhmInitializer(false, true, Math.sqrt(4));
  }

  /** As a DJL initializer that draws the stream of (seed, name). */
  public Initializer of(long seed, String name) {
    return (manager, shape, type) -> draw(manager, shape, type, new NamedRandom(seed, name));
  }

  private NDArray draw(NDManager manager, Shape shape, DataType type, NamedRandom random) {
    int count = Math.toIntExact(shape.size());
    int last = shape.dimension() - 1;
    double s = glorot ? scale / Math.sqrt(shape.get(last - 1) + shape.get(last)) : scale;
    float[] values = uniform ? random.uniform(count, -s, s) : random.normal(count, s);
    NDArray drawn = manager.create(values, shape);
    return type == DataType.FLOAT32 ? drawn : TorchFunctions.cast(drawn, type);
  }
}
