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
import java.util.OptionalInt;

/** Prompt tuning from vectors of the vocabulary (the paper's Prompt Tuning-T): length d. */
public final class PromptVocabulary extends Prompt {
  /** Where the first vectors come from. */
  enum Init {
    /** Rows of the pre-trained embedding, as the paper says. */
    PRETRAINED,
    /** N(0, 1): the published code copies the rows before it loads the checkpoint. */
    HEAD
  }

  private final Init init;
  private final OptionalInt first;

  /**
   * Takes {@code length}, the number of vectors, {@code init}, where they come from, and {@code
   * first}, the row of the embedding from which they are taken: 0 in T5, else that of a word.
   */
  public PromptVocabulary(MethodSpec given) {
    this(
        given.allow("length", "init", "first").positive("length", 100),
        given.choice("init", Init.PRETRAINED),
        given.index("first"));
  }

  private PromptVocabulary(int length, Init init, OptionalInt first) {
    super(spec(length, init, first), length);
    this.init = init;
    this.first = first;
    if (init == Init.HEAD && first.isPresent()) {
      throw UserException.usage(
          "method prompt-vocabulary: first has no meaning with init=head, which takes no rows");
    }
  }

  private static MethodSpec spec(int length, Init init, OptionalInt first) {
    MethodSpec spec = MethodSpec.of("prompt-vocabulary").with("length", length).with("init", init);
    return first.isPresent() ? spec.with("first", first.getAsInt()) : spec;
  }

  @Override
  public PromptVocabulary resolve(Anatomy anatomy) {
    requirePositions(anatomy);
    if (init == Init.HEAD) {
      return this;
    }
    int row = first.orElse(anatomy.firstPromptRow());
    if (row + (long) length > anatomy.vocabulary()) {
      String rows = row == 0 ? "" : "first=%d with ".formatted(row);
      throw UserException.usage(
          "method prompt-vocabulary: %slength=%d is more than the vocabulary's %d rows"
              .formatted(rows, length, anatomy.vocabulary()));
    }
    return new PromptVocabulary(
        length,
        init,
        row == 0 && anatomy.firstPromptRow() == 0 ? OptionalInt.empty() : OptionalInt.of(row));
  }

  @Override
  Start start(Anatomy anatomy, long seed) {
    return init == Init.HEAD
        ? Start.of(RandomInitializer.normal(1).of(seed, TENSOR))
        : (base, owner, shape, type) -> rows(base.get(anatomy.embedding()), owner);
  }

  /** Rows of the embedding: (length, d). */
  private NDArray rows(NDArray embedding, NDManager owner) {
    int from = first.orElse(0);
    try (NDArray ids = owner.arange(from, from + length, 1, DataType.INT64)) {
      return Torch.keep(TorchFunctions.embedding(embedding, ids), owner);
    }
  }
}
