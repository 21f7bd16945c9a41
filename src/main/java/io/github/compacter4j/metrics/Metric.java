package io.github.compacter4j.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A metric of the reference code: percentages on decoded strings, compared without leading and
 * trailing blanks.
 */
public enum Metric {
  /** Share of predictions equal to their target. */
  ACCURACY("accuracy", Classification::accuracy),
  /** F1 of the class "1"; a prediction that is neither "0" nor "1" counts as the wrong one. */
  F1("f1", Classification::f1),
  /** Matthews' correlation, over all strings that occur; 0 where undefined. */
  MATTHEWS("matthews_correlation", Classification::matthews),
  /** F1 averaged over the classes "0", "1" and "2" (CB); an absent class contributes 0. */
  F1_MULTICLASS("f1_multiclass", Classification::f1OfThreeClasses),
  /** Pearson's correlation of numbers; unreadable ones count as -1, 0 where undefined. */
  PEARSON("pearson", Correlation::pearson),
  /** Spearman's rank correlation, ties by average rank; else as {@link #PEARSON}. */
  SPEARMAN("spearmanr", Correlation::spearman),
  /** F1 over all answer rows (MultiRC's F1a). */
  MULTIRC_F1("f1", Classification::f1, true),
  /** Share of the groups whose rows are all right (MultiRC's EM). */
  MULTIRC_EM("em", Classification::exactGroups, true),
  /** Best word overlap with an acceptable answer, normalised as SQuAD does (ReCoRD). */
  SQUAD_F1("f1", Squad::f1),
  /** Share of predictions equal to an acceptable answer, normalised as SQuAD does (ReCoRD). */
  SQUAD_EM("em", Squad::exactMatch);

  private final String key;
  private final Scorer score;
  private final boolean grouped;

  Metric(String key, RowScore score) {
    this(key, score, false);
  }

  Metric(String key, Scorer score) {
    this(key, score, false);
  }

  Metric(String key, Scorer score, boolean grouped) {
    this.key = key;
    this.score = score;
    this.grouped = grouped;
  }

  /** The metric's name in results, as in the reference code; two metrics of a task differ in it. */
  public String key() {
    return key;
  }

  /**
   * The metric, in percent.
   *
   * @throws IllegalArgumentException where the lists are empty or differ in length
   */
  public double percent(List<String> predictions, List<Reference> references) {
    check(predictions, references);
    return 100 * score.of(strip(predictions), references.stream().map(Metric::strip).toList());
  }

  /**
   * The metric's interval in percent, by a percentile bootstrap of 2,000 resamples with a fixed
   * seed: over rows, or over questions where a question has several rows (MultiRC).
   *
   * @param confidence in percent, above 0 and below 100
   * @throws IllegalArgumentException where the lists are empty or differ in length
   */
  public Interval interval(
      List<String> predictions, List<Reference> references, double confidence) {
    check(predictions, references);
    Interval.requireConfidence(confidence);
    List<String> stripped = strip(predictions);
    List<Reference> wanted = references.stream().map(Metric::strip).toList();
    Interval fractions =
        grouped
            ? Bootstrap.ofGroups(score, stripped, wanted, confidence)
            : Bootstrap.ofRows(score, stripped, wanted, confidence);
    return new Interval(100 * fractions.low(), 100 * fractions.high());
  }

  private void check(List<String> predictions, List<Reference> references) {
    if (predictions.isEmpty() || predictions.size() != references.size()) {
      throw new IllegalArgumentException(
          "%s needs as many predictions as references, at least one; found %d and %d"
              .formatted(key, predictions.size(), references.size()));
    }
  }

  /** Several metrics at once: their keys in the given order, with percentages. */
  public static Map<String, Double> evaluate(
      List<Metric> metrics, List<String> predictions, List<Reference> references) {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.forEach(m -> values.put(m.key, m.percent(predictions, references)));
    return values;
  }

  /** The intervals of several metrics, as {@link #interval} gives them. */
  public static Map<String, Interval> intervals(
      List<Metric> metrics,
      List<String> predictions,
      List<Reference> references,
      double confidence) {
    Map<String, Interval> intervals = new LinkedHashMap<>();
    metrics.forEach(m -> intervals.put(m.key, m.interval(predictions, references, confidence)));
    return intervals;
  }

  /** The plain mean of a task's metrics, by which the reference code chooses the best epoch. */
  public static double average(Map<String, Double> values) {
    return values.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static Reference strip(Reference r) {
    return new Reference(r.target().strip(), r.group(), strip(r.answers()));
  }

  private static List<String> strip(List<String> texts) {
    return texts.stream().map(String::strip).toList();
  }
}
