package io.github.compacter4j.run;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells in one line how far a run is: step, loss, speed, time left, last validation. */
public final class RunProgress {
  private final int totalSteps;
  private final long start = System.nanoTime();
  private int firstStep = -1;
  private String validation = "";

  /** For a run of so many steps. */
  public RunProgress(int totalSteps) {
    this.totalSteps = totalSteps;
  }

  /** The line after a step. */
  public String afterStep(int step, double loss, double examplesPerSecond) {
    if (firstStep < 0) {
      firstStep = step - 1;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double left = seconds / (step - firstStep) * (totalSteps - step);
    return String.format(
        Locale.ROOT,
        "step %d/%d  loss %.3f  %.0f examples/s  %s left%s",
        step,
        totalSteps,
        loss,
        examplesPerSecond,
        time(left),
        validation);
  }

  /** The line after an evaluation. */
  public String afterEvaluation(int step, Map<String, Double> metrics, boolean best) {
    validation =
        metrics.entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", ", "  validation ", best ? " (best)" : ""));
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT, "step %d/%d  after %s%s", step, totalSteps, time(seconds), validation);
  }

  private static String time(double seconds) {
    Duration d = Duration.ofSeconds(Math.round(seconds));
    return d.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", d.toHours(), d.toMinutesPart(), d.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", d.toMinutesPart(), d.toSecondsPart());
  }
}
