package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The scales of all RMS norms alone train, (5 L + 2) d parameters: what every adapter method trains
 * beside its adapters; a reference beyond the paper's methods.
 */
public record Norms() implements Method {

  static Norms of(MethodOptions options) {
    options.allow(List.of());
    return new Norms();
  }

  @Override
  public String name() {
    return "norms";
  }

  @Override
  public String spec() {
    return name();
  }

  @Override
  public String toString() {
    return spec();
  }

  @Override
  public Norms resolve(T5Config config) {
    return this;
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    Map<String, Shape> shapes = new LinkedHashMap<>(T5Tensors.shapes(config));
    shapes.keySet().removeIf(name -> !T5Tensors.isNorm(name));
    return shapes;
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    Adaptation adaptation = new Adaptation(network);
    trainable(network.config(), adapterName).keySet().forEach(adaptation::trainOwn);
    return adaptation;
  }

  @Override
  public boolean prefixesTask() {
    return true;
  }
}
