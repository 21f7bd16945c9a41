package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import java.util.Map;

/**
 * Prompt tuning (Lester et al., 2021): trained vectors (length, d) stand before the embeddings of
 * the encoder's input; the decoder attends to them too.
 */
final class Prompt {
  static final String TENSOR = "prefix_shared";

  private Prompt() {}

  static Map<String, Shape> trainable(T5Config config, int length) {
    return Map.of(TENSOR, new Shape(length, config.dModel()));
  }

  static Adaptation applyTo(T5Network network, int length, Initializer start) {
    Adaptation adaptation = new Adaptation(network);
    Shape shape = new Shape(length, network.config().dModel());
    network.sites().prependToInput(adaptation.insert(TENSOR, shape, start));
    return adaptation;
  }
}
