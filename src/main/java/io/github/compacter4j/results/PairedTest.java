package io.github.compacter4j.results;

import io.github.compacter4j.metrics.Summary;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Whether differences between pairs could be chance: the permutation test that flips their signs
 * (Fisher 1935).
 *
 * @param difference their mean, over seeds
 * @param p share of the sign patterns with a mean at least as far from 0, two-sided; with n pairs
 *     never below 2 / 2^n
 */
public record PairedTest(Summary difference, double p) {
  /** All patterns up to so many pairs, a fixed random sample of them beyond. */
  private static final int MOST_EXACT = 16;

  private static final int SAMPLES = 100_000;
  private static final long SEED = 42;

  /** Tests one difference a pair, at least one. */
  public static PairedTest of(List<Double> differences) {
    double[] values = differences.stream().mapToDouble(Double::doubleValue).toArray();
    double p = values.length <= MOST_EXACT ? exact(values) : sampled(values);
    return new PairedTest(Summary.of(differences), p);
  }

  private static double exact(double[] values) {
    int patterns = 1 << values.length;
    int asFar = 0;
    for (int pattern = 0; pattern < patterns; pattern++) {
      asFar += isAsFar(values, pattern) ? 1 : 0;
    }
    return (double) asFar / patterns;
  }

  /** Counts the observed pattern as one of the sample, so that p is never 0. */
  private static double sampled(double[] values) {
    SplittableRandom random = new SplittableRandom(SEED);
    int asFar = 1;
    for (int i = 0; i < SAMPLES; i++) {
      double sum = 0;
      for (double value : values) {
        sum += random.nextBoolean() ? value : -value;
      }
      asFar += isAsFar(values, sum) ? 1 : 0;
    }
    return asFar / (SAMPLES + 1.0);
  }

  private static boolean isAsFar(double[] values, int pattern) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += (pattern >> i & 1) == 0 ? values[i] : -values[i];
    }
    return isAsFar(values, sum);
  }

  /** Sums that differ by rounding alone are equal. */
  private static boolean isAsFar(double[] values, double sum) {
    double observed = 0;
    double size = 0;
    for (double value : values) {
      observed += value;
      size += Math.abs(value);
    }
    return Math.abs(sum) >= Math.abs(observed) - 1e-9 * size;
  }
}
