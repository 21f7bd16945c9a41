package io.github.compacter4j.tasks;

import io.github.compacter4j.metrics.Reference;
import io.github.compacter4j.text.TextPair;

/**
 * A row as a model reads it.
 *
 * @param texts what the model reads: one text for text-to-text models
 * @param reference what a prediction is scored against
 * @param number the number of the class, or the score as it stands in the file; NaN where the
 *     answer is only text
 */
public record Example(TextPair texts, Reference reference, double number) {
  /** A row in text-to-text form. */
  public Example(String source, Reference reference) {
    this(TextPair.of(source), reference, Double.NaN);
  }

  /** An example with a plain label. */
  public Example(String source, String target) {
    this(source, Reference.of(target));
  }

  /** An encoder's row without an answer. */
  public Example(TextPair texts) {
    this(texts, Reference.of(""), Double.NaN);
  }

  /** What the model reads, as one text. */
  public String source() {
    return texts.toString();
  }

  /** What the model is to write. */
  public String target() {
    return reference.target();
  }
}
