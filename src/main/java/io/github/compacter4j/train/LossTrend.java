package io.github.compacter4j.train;

import io.github.compacter4j.run.MetricsLine;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Whether a run's loss fell, by the means of its first and its last tenth of steps. */
final class LossTrend {
  private static final int FEWEST_STEPS = 20; // the noise of fewer says nothing
  private static final double NOISE = 1.1;

  private LossTrend() {}

  /** A warning where the loss is clearly higher at the end than it was at the start. */
  static Optional<String> warning(List<MetricsLine> lines) {
    List<Double> losses = lines.stream().map(MetricsLine::loss).filter(Objects::nonNull).toList();
    int tenth = losses.size() / 10;
    if (losses.size() < FEWEST_STEPS) {
      return Optional.empty();
    }
    double first = mean(losses.subList(0, tenth));
    double last = mean(losses.subList(losses.size() - tenth, losses.size()));
    return last <= NOISE * first
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "nothing was learned: the loss rose from %.2f in the first %d steps to %.2f in the last;"
                    + " a lower learning rate (--lr) may help",
                first,
                tenth,
                last));
  }

  private static double mean(List<Double> losses) {
    return losses.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
