package io.github.compacter4j.methods.prompt;

import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.torch.RandomInitializer;

/** Prompt tuning from random vectors, U(-0.5, 0.5) (the paper's Prompt Tuning-R): length d. */
public final class PromptRandom extends Prompt {
  /** Takes {@code length}, the number of vectors. */
  public PromptRandom(MethodSpec given) {
    this(given.allow("length").positive("length", 100));
  }

  private PromptRandom(int length) {
    super(MethodSpec.of("prompt-random").with("length", length), length);
  }

  @Override
  public PromptRandom resolve(Anatomy anatomy) {
    requirePositions(anatomy);
    return this;
  }

  @Override
  Start start(Anatomy anatomy, long seed) {
    return Start.of(RandomInitializer.uniform(0.5).of(seed, TENSOR));
  }
}
