package io.github.compacter4j.train;

import io.github.compacter4j.UserException;

/** Training met a loss or gradient that is infinite or not a number. */
public final class NonFiniteException extends UserException {
  private static final long serialVersionUID = 1L;

  NonFiniteException(String what, double value, int step) {
    super(
        what
            + " is "
            + value
            + " at step "
            + step
            + ": training stopped; the last checkpoint is intact. Try a lower learning rate");
  }
}
