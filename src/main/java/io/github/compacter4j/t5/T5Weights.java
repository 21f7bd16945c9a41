package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.torch.RandomInitializer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values with which a T5 starts before pre-training. */
public final class T5Weights {
  private T5Weights() {}

  /** Random weights as T5 is initialised before pre-training; one random stream a tensor. */
  public static Weights random(T5Config config, NDManager manager, long seed) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    config
        .tensors()
        .forEach(spec -> tensors.put(spec.name(), initial(config, manager, seed, spec)));
    return Weights.of(config, manager, tensors);
  }

  private static NDArray initial(T5Config config, NDManager manager, long seed, TensorSpec spec) {
    double variance =
        switch (spec.role()) {
          case NORM -> 0;
          case EMBEDDING -> 1;
          case Q -> 1 / ((double) config.dModel() * config.dKv());
          case O -> 1.0 / config.innerDim();
          case FF_OUT -> 1.0 / config.dFf();
          default -> 1.0 / config.dModel();
        };
    if (variance == 0) {
      return manager.ones(spec.shape()); // a scale
    }
    return RandomInitializer.normal(Math.sqrt(variance))
        .of(seed, spec.name())
        .initialize(manager, spec.shape(), DataType.FLOAT32);
  }
}
