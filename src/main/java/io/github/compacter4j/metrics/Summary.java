package io.github.compacter4j.metrics;

import io.github.compacter4j.format.Columns;
import java.util.Collection;
import java.util.Optional;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * A score over seeds.
 *
 * @param n seeds
 * @param mean of the seeds' scores
 * @param sd standard deviation with n - 1; NaN for one seed
 * @param median of the seeds' scores
 */
public record Summary(int n, double mean, double sd, double median) {
  /** Confidence of the intervals, in percent. */
  public static final double CONFIDENCE = 95;

  /** Digits that are shown behind the point. */
  public static final int DIGITS = 2;

  /** Summarises one score a seed, at least one. */
  public static Summary of(Collection<Double> scores) {
    DescriptiveStatistics all = new DescriptiveStatistics();
    scores.forEach(all::addValue);
    double sd = scores.size() > 1 ? all.getStandardDeviation() : Double.NaN;
    return new Summary(scores.size(), all.getMean(), sd, all.getPercentile(50));
  }

  /** Student's interval of the mean over seeds; none for one seed. */
  public Optional<Interval> interval() {
    if (n < 2) {
      return Optional.empty();
    }
    double quantile =
        new TDistribution(n - 1).inverseCumulativeProbability(1 - (1 - CONFIDENCE / 100) / 2);
    double half = quantile * sd / Math.sqrt(n);
    return Optional.of(new Interval(mean - half, mean + half));
  }

  /** Mean and, of several seeds, standard deviation,. */
  @Override
  public String toString() {
    String shown = Columns.show(mean, DIGITS);
    return n < 2 ? shown : shown + " ± " + Columns.show(sd, DIGITS);
  }
}
