package io.github.compacter4j.learner;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.metrics.Interval;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.metrics.Reference;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.text.Encoded;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows as ids. */
public abstract class Tokenized {
  private final List<Example> examples;
  private final List<Encoded> sources;

  /** Rows with the ids of what is read, in the same order. */
  Tokenized(List<Example> examples, List<Encoded> sources) {
    this.examples = examples;
    this.sources = sources;
  }

  /** Some rows as arrays. */
  public abstract Batch batch(NDManager manager, DataType type, int[] rows);

  /** Most ids that an answer takes, its end included. */
  public abstract int longestAnswer();

  /** How many rows. */
  public int size() {
    return examples.size();
  }

  /** The metrics of one prediction a row, in percent by their reference names. */
  public Map<String, Double> score(List<Metric> metrics, List<String> predictions) {
    return Metric.evaluate(metrics, predictions, references());
  }

  /** Bootstrap intervals of the same metrics, in percent. */
  public Map<String, Interval> intervals(
      List<Metric> metrics, List<String> predictions, double confidence) {
    return Metric.intervals(metrics, predictions, references(), confidence);
  }

  /** The target of most rows; of several, the first in the order of characters. */
  public String mostFrequentTarget() {
    Map<String, Long> counts =
        targetTexts().stream()
            .collect(Collectors.groupingBy(t -> t, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .max(
            Map.Entry.<String, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .orElseThrow()
        .getKey();
  }

  private List<Reference> references() {
    return examples.stream().map(Example::reference).toList();
  }

  /** What is to be predicted for each row. */
  public List<String> targetTexts() {
    return examples.stream().map(Example::target).toList();
  }

  /** The share of rows whose source was cut. */
  public double truncatedShare() {
    return sources.stream().filter(Encoded::truncated).count() / (double) size();
  }

  /**
   * Tells of rows whose text is read up to a limit only, as {@code 3 of 60 texts are longer than
   * 128 ids and are read up to there, the first is row 8}; empty where none is cut.
   */
  public Optional<String> cut() {
    int[] cut = IntStream.range(0, size()).filter(row -> sources.get(row).truncated()).toArray();
    return cut.length == 0
        ? Optional.empty()
        : Optional.of(
            "%,d of %,d texts are longer than %d ids and are read up to there, the first is row %d"
                .formatted(
                    cut.length,
                    size(),
                    Arrays.stream(cut).map(this::length).max().getAsInt(),
                    cut[0] + 1));
  }

  /** The number of ids of a row's source. */
  public int length(int row) {
    return sources.get(row).ids().length;
  }

  /** Rows from the longest to the shortest, so that batches need little padding. */
  public int[] byLength() {
    return IntStream.range(0, size())
        .boxed()
        .sorted((a, b) -> length(b) - length(a))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
