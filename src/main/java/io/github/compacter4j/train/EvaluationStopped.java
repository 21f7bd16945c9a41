package io.github.compacter4j.train;

import io.github.compacter4j.UserException;

/** An evaluation was interrupted between two batches. */
final class EvaluationStopped extends UserException {
  private static final long serialVersionUID = 1L;

  EvaluationStopped() {
    super("interrupted");
  }
}
