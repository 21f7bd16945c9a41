package io.github.compacter4j.methods;

import io.github.compacter4j.t5.Site;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Tensors;
import java.util.List;

/** Which of T5's norms train beside adapters. */
enum TrainedNorms {
  ALL,
  NONE,
  /** Those computed behind the lowest adapter, so that no gradient goes below it. */
  ABOVE;

  /** Names of the norms, given the site of the lowest adapter. */
  List<String> names(T5Config config, Site lowest) {
    List<String> norms =
        T5Tensors.shapes(config).keySet().stream().filter(T5Tensors::isNorm).toList();
    return switch (this) {
      case ALL -> norms;
      case NONE -> List.of();
      case ABOVE -> {
        int own = norms.indexOf(lowest.tensorPrefix() + ".layer_norm.weight");
        yield norms.subList(own + 1, norms.size());
      }
    };
  }
}
