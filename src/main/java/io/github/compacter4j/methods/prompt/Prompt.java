package io.github.compacter4j.methods.prompt;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;

/**
 * Prompt tuning (Lester et al., 2021): trained vectors (length, d) stand before the embeddings of
 * the input; a decoder attends to them too. Where positions are counted they start at the prompt.
 */
abstract class Prompt extends Method {
  /** Name of the vectors. */
  static final String TENSOR = "prefix_shared";

  /** Number of vectors. */
  final int length;

  Prompt(MethodSpec spec, int length) {
    super(spec);
    this.length = length;
  }

  /** Refuses a prompt that leaves no position for a text. */
  final void requirePositions(Anatomy anatomy) {
    int most = anatomy.maxTokens().orElse(Integer.MAX_VALUE);
    if (length >= most) {
      throw UserException.usage(
          "method %s: length=%d leaves no position for a text; the model has %d"
              .formatted(name(), length, most));
    }
  }

  @Override
  public int promptLength() {
    return length;
  }

  /** Where the vectors start. */
  abstract Start start(Anatomy anatomy, long seed);

  @Override
  protected final void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    Shape shape = new Shape(length, anatomy.width());
    var vectors = plan.tensor(TENSOR, shape, start(anatomy, seed));
    plan.hook(hooks -> hooks.input(vectors));
  }
}
