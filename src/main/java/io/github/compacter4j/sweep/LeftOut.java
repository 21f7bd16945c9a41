package io.github.compacter4j.sweep;

import java.util.Locale;

/**
 * A method that a sweep does not run, since it has no size at a budget or too dear a one.
 *
 * @param method as asked for
 * @param budget most parameters that it may train
 * @param reason why it is left out
 */
public record LeftOut(String method, long budget, String reason) {
  /** All of it in a line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "left out at a budget of %,d: %s: %s", budget, method, reason);
  }
}
