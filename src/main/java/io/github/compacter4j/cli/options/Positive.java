package io.github.compacter4j.cli.options;

import io.github.compacter4j.UserException;

/** Options that count something. */
public final class Positive {
  private Positive() {}

  /**
   * Refuses a count below one.
   *
   * @param option its name, such as {@code --steps}
   * @param value as given; null if the option is not
   */
  public static void require(String option, Integer value) {
    if (value != null && value < 1) {
      throw UserException.usage(option + " is " + value + ", expected at least 1");
    }
  }
}
