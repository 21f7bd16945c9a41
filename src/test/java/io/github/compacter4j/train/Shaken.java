package io.github.compacter4j.train;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;

/** Adapters that have an effect, without training them. */
public final class Shaken {
  private Shaken() {}

  /** Moves every trained tensor away from its start, as the seed says. */
  public static void shake(Adaptation adaptation, long seed, double deviation) {
    adaptation
        .trainable()
        .forEach(
            (name, parameter) -> {
              NDArray tensor = parameter.getArray();
              double[] values = GradientCheck.doubles(tensor);
              float[] noise = new NamedRandom(seed, name).normal(values.length, deviation);
              Arrays.setAll(values, i -> values[i] + noise[i]);
              try (NDArray moved =
                  GradientCheck.create(
                      tensor.getManager(), tensor.getDataType(), values, tensor.getShape())) {
                TorchFunctions.copy(moved, tensor);
              }
            });
  }
}
