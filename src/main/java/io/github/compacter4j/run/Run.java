package io.github.compacter4j.run;

import java.util.List;
import java.util.Locale;

/** A finished run: its folder, its result and how it went. */
public final class Run {
  private final RunFolder folder;
  private final RunResult result;
  private final List<MetricsLine> metrics;

  /** Reads a finished run from its folder. */
  public Run(RunFolder folder) {
    this.folder = folder;
    result = folder.readResult();
    metrics = folder.readMetrics();
  }

  /** The folder. */
  public RunFolder folder() {
    return folder;
  }

  /** The result. */
  public RunResult result() {
    return result;
  }

  /** Steps and evaluations in their order. */
  public List<MetricsLine> metrics() {
    return metrics;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s on %s: validation %s; test %s; %,d trained parameters (%.4f %%); %s",
        result.spec(),
        result.task(),
        result.validation().text(),
        result.test().text(),
        result.trainable(),
        result.percent(),
        folder.path());
  }
}
