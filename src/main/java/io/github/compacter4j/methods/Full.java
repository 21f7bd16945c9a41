package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import java.util.List;
import java.util.Map;

/** Full fine-tuning: every tensor of T5 trains, the embedding included. */
public record Full() implements Method {

  static Full of(MethodOptions options) {
    options.allow(List.of());
    return new Full();
  }

  @Override
  public String name() {
    return "full";
  }

  @Override
  public String spec() {
    return name();
  }

  @Override
  public Method resolve(T5Config config) {
    return this;
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    return T5Tensors.shapes(config);
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    Adaptation adaptation = new Adaptation(network);
    adaptation.trainAll();
    return adaptation;
  }

  @Override
  public boolean prefixesTask() {
    return true;
  }
}
