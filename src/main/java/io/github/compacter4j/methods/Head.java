package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import java.util.List;
import java.util.Map;

/**
 * The output layer alone trains, V d parameters; a reference beyond the paper's methods.
 *
 * <p>In a tied model (v1.0) the output layer is the embedding: that one matrix trains in both of
 * its uses, as in the reference code when it unfreezes lm_head.
 */
public record Head() implements Method {

  static Head of(MethodOptions options) {
    options.allow(List.of());
    return new Head();
  }

  @Override
  public String name() {
    return "head";
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
  public Head resolve(T5Config config) {
    return this;
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    return Map.of(tensor(config), new Shape(config.vocabSize(), config.dModel()));
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    Adaptation adaptation = new Adaptation(network);
    adaptation.trainOwn(tensor(network.config()));
    return adaptation;
  }

  private static String tensor(T5Config config) {
    return config.tieWordEmbeddings() ? T5Tensors.SHARED : T5Tensors.LM_HEAD;
  }

  @Override
  public boolean prefixesTask() {
    return true;
  }
}
