package io.github.compacter4j.tasks;

import io.github.compacter4j.metrics.Reference;

/**
 * A row in text-to-text form.
 *
 * @param source what the model reads
 * @param reference what a prediction is scored against
 */
public record Example(String source, Reference reference) {
  /** An example with a plain label. */
  public Example(String source, String target) {
    this(source, Reference.of(target));
  }

  /** What the model is to write. */
  public String target() {
    return reference.target();
  }
}
