package io.github.compacter4j.t5;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The best finished texts of one row of a beam search. */
final class FinishedBeams {
  /** A text without its end, and its score. */
  record Hypothesis(long[] text, double score) {}

  private final GenerationOptions options;
  private final List<Hypothesis> hypotheses = new ArrayList<>();
  private boolean done;

  FinishedBeams(GenerationOptions options) {
    this.options = options;
  }

  /** Adds a text, whose length counts the start id but not the end, and drops the worst one. */
  void add(long[] text, double sumOfLogProbabilities) {
    double score = sumOfLogProbabilities / Math.pow(text.length, options.lengthPenalty());
    if (hypotheses.size() < options.beams() || score > worst()) {
      hypotheses.add(new Hypothesis(text, score));
      if (hypotheses.size() > options.beams()) {
        hypotheses.remove(
            hypotheses.stream().min(Comparator.comparingDouble(Hypothesis::score)).orElseThrow());
      }
    }
  }

  /** Whether no running beam can still get in; {@code length} is that of the running texts. */
  void update(double bestSum, int length) {
    if (hypotheses.size() >= options.beams()) {
      done |=
          options.earlyStopping() || worst() >= bestSum / Math.pow(length, options.lengthPenalty());
    }
  }

  boolean isDone() {
    return done;
  }

  /** The best texts, best first. */
  List<Hypothesis> best(int count) {
    return hypotheses.stream()
        .sorted(Comparator.comparingDouble(Hypothesis::score).reversed())
        .limit(count)
        .toList();
  }

  private double worst() {
    return hypotheses.stream()
        .mapToDouble(Hypothesis::score)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }
}
