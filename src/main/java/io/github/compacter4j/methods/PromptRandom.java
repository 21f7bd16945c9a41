package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.RandomInitializer;
import java.util.List;
import java.util.Map;

/**
 * Prompt tuning from random vectors, U(-0.5, 0.5) (the paper's Prompt Tuning-R).
 *
 * @param length number of vectors
 */
public record PromptRandom(int length) implements Method {

  static PromptRandom of(MethodOptions options) {
    options.allow(List.of("length"));
    return new PromptRandom(options.positive("length", 100));
  }

  @Override
  public String name() {
    return "prompt-random";
  }

  @Override
  public String spec() {
    return MethodOptions.format(name(), List.of("length=" + length));
  }

  @Override
  public String toString() {
    return spec();
  }

  @Override
  public PromptRandom resolve(T5Config config) {
    return this;
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    return Prompt.trainable(config, length);
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    return Prompt.applyTo(network, length, RandomInitializer.uniform(0.5).of(seed, Prompt.TENSOR));
  }

  @Override
  public boolean prefixesTask() {
    return true;
  }
}
