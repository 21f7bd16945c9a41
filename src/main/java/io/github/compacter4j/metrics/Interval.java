package io.github.compacter4j.metrics;

import io.github.compacter4j.UserException;

/**
 * A confidence interval.
 *
 * @param low its lower end, in the unit of what it is of
 * @param high its upper end
 */
public record Interval(double low, double high) {
  /**
   * Refuses what is no confidence.
   *
   * @param percent such as 95
   * @throws UserException (wrong usage) unless it is above 0 and below 100
   */
  public static void requireConfidence(double percent) {
    if (!(percent > 0 && percent < 100)) {
      throw UserException.usage(
          "confidence is " + percent + ", expected percent above 0 and below 100");
    }
  }
}
