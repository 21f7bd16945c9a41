package io.github.compacter4j.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.torch.RandomInitializer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values with which an encoder starts before pre-training. */
public final class BertWeights {
  private BertWeights() {}

  /** Matrices from N(0, initializerRange^2), one random stream a tensor; norms 1, biases 0. */
  public static Weights random(BertConfig config, NDManager manager, long seed) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : config.tensors()) {
      tensors.put(spec.name(), initial(config, manager, seed, spec));
    }
    return Weights.of(config, manager, tensors);
  }

  private static NDArray initial(BertConfig config, NDManager manager, long seed, TensorSpec spec) {
    if (spec.name().endsWith(".bias")) {
      return manager.zeros(spec.shape());
    }
    if (spec.role() == Role.NORM) {
      return manager.ones(spec.shape());
    }
    return RandomInitializer.normal(config.initializerRange())
        .of(seed, spec.name())
        .initialize(manager, spec.shape(), DataType.FLOAT32);
  }
}
