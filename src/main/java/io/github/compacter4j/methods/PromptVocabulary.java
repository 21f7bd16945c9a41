package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;
import java.util.Map;

/**
 * Prompt tuning from vectors of the vocabulary (the paper's Prompt Tuning-T).
 *
 * @param length number of vectors
 * @param init where they come from
 */
public record PromptVocabulary(int length, Init init) implements Method {
  /** Where the first vectors come from. */
  public enum Init {
    /** Rows 0..length-1 of the pre-trained embedding, as the paper says. */
    PRETRAINED,
    /** N(0, 1): the published code copies the rows before it loads the checkpoint. */
    HEAD
  }

  static PromptVocabulary of(MethodOptions options) {
    options.allow(List.of("length", "init"));
    return new PromptVocabulary(
        options.positive("length", 100), options.choice("init", Init.PRETRAINED));
  }

  @Override
  public String name() {
    return "prompt-vocabulary";
  }

  @Override
  public String spec() {
    return MethodOptions.format(
        name(), List.of("length=" + length, "init=" + MethodOptions.text(init)));
  }

  @Override
  public String toString() {
    return spec();
  }

  @Override
  public PromptVocabulary resolve(T5Config config) {
    if (length > config.vocabSize()) {
      throw UserException.usage(
          "method prompt-vocabulary: length="
              + length
              + " is more than the vocabulary's "
              + config.vocabSize()
              + " rows");
    }
    return this;
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    return Prompt.trainable(config, resolve(config).length);
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    resolve(network.config());
    return Prompt.applyTo(
        network,
        length,
        init == Init.HEAD
            ? RandomInitializer.normal(1).of(seed, Prompt.TENSOR)
            : (manager, shape, type) -> rows(network, manager));
  }

  /** Rows 0..length-1 of the embedding: (length, d). */
  private NDArray rows(T5Network network, NDManager manager) {
    try (NDArray ids = manager.arange(0, length, 1, DataType.INT64)) {
      NDArray embedding = network.weights().get(T5Tensors.SHARED);
      return Torch.keep(TorchFunctions.embedding(embedding, ids), manager);
    }
  }

  @Override
  public boolean prefixesTask() {
    return true;
  }
}
