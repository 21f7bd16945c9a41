package io.github.compacter4j.cli;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Scores for people. */
final class ScoreText {
  private ScoreText() {}

  /** Each metric with its score, in percent with two digits. */
  static String of(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
