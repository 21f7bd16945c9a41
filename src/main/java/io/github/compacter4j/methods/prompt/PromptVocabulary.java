package io.github.compacter4j.methods.prompt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;

/** Prompt tuning from vectors of the vocabulary (the paper's Prompt Tuning-T): length d. */
public final class PromptVocabulary extends Prompt {
  /** Where the first vectors come from. */
  enum Init {
    /** Rows 0..length-1 of the pre-trained embedding, as the paper says. */
    PRETRAINED,
    /** N(0, 1): the published code copies the rows before it loads the checkpoint. */
    HEAD
  }

  private final Init init;

  /** Takes {@code length}, the number of vectors, and {@code init}, where they come from. */
  public PromptVocabulary(MethodSpec given) {
    this(
        given.allow("length", "init").positive("length", 100),
        given.choice("init", Init.PRETRAINED));
  }

  private PromptVocabulary(int length, Init init) {
    super(MethodSpec.of("prompt-vocabulary").with("length", length).with("init", init), length);
    this.init = init;
  }

  @Override
  public PromptVocabulary resolve(Anatomy anatomy) {
    if (length > anatomy.vocabulary()) {
      throw UserException.usage(
          "method prompt-vocabulary: length="
              + length
              + " is more than the vocabulary's "
              + anatomy.vocabulary()
              + " rows");
    }
    return this;
  }

  @Override
  Start start(Anatomy anatomy, long seed) {
    return init == Init.HEAD
        ? Start.of(RandomInitializer.normal(1).of(seed, TENSOR))
        : (base, owner, shape, type) -> rows(base.get(anatomy.embedding()), owner);
  }

  /** Rows 0..length-1 of the embedding: (length, d). */
  private NDArray rows(NDArray embedding, NDManager owner) {
    try (NDArray ids = owner.arange(0, length, 1, DataType.INT64)) {
      return Torch.keep(TorchFunctions.embedding(embedding, ids), owner);
    }
  }
}
