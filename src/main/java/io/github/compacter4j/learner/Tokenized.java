package io.github.compacter4j.learner;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Interval;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.metrics.Reference;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.text.Encoded;
import io.github.compacter4j.text.T5Tokenizer;
import io.github.compacter4j.text.TokenCache;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The examples of a split as ids. */
public final class Tokenized {
  private static final int MAX_TARGET_LENGTH = 128;

  private final List<Example> examples;
  private final List<Encoded> sources;
  private final List<Encoded> targets;

  /**
   * Encodes a split.
   *
   * @param what names the split in errors
   */
  public Tokenized(
      String what, List<Example> examples, T5Tokenizer tokenizer, int maxSourceLength) {
    this.examples = examples;
    List<String> texts = examples.stream().map(Example::source).toList();
    sources = TokenCache.usual().encodeAll(tokenizer, texts, maxSourceLength);
    targets = targets(examples, tokenizer);
    for (int row = 0; row < sources.size(); row++) {
      requireTokens(what + ", row " + row, sources.get(row));
    }
  }

  /** Few targets differ, so each is encoded once. */
  private static List<Encoded> targets(List<Example> examples, T5Tokenizer tokenizer) {
    List<String> distinct = examples.stream().map(Example::target).distinct().toList();
    List<Encoded> encoded = tokenizer.encodeAll(distinct, MAX_TARGET_LENGTH);
    Map<String, Encoded> byText = new HashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      byText.put(distinct.get(i), encoded.get(i));
    }
    return examples.stream().map(example -> byText.get(example.target())).toList();
  }

  /** Refuses a text of which nothing but the end is left. */
  static void requireTokens(String what, Encoded source) {
    if (source.ids().length <= 1) {
      throw new UserException(what + ": the source text has no tokens");
    }
  }

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

  List<String> targetTexts() {
    return examples.stream().map(Example::target).toList();
  }

  /** The share of rows whose source was cut. */
  public double truncatedShare() {
    return sources.stream().filter(Encoded::truncated).count() / (double) size();
  }

  /** The number of ids of a row's source. */
  public int length(int row) {
    return sources.get(row).ids().length;
  }

  /** Ids of the longest target. */
  public int longestTarget() {
    return targets.stream().mapToInt(target -> target.ids().length).max().orElseThrow();
  }

  /** Rows from the longest to the shortest, so that batches need little padding. */
  public int[] byLength() {
    return IntStream.range(0, size())
        .boxed()
        .sorted((a, b) -> length(b) - length(a))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Some rows as arrays. */
  public Batch batch(NDManager manager, DataType type, int[] rows) {
    return Batch.of(manager, type, ids(sources, rows), ids(targets, rows));
  }

  private static List<int[]> ids(List<Encoded> encoded, int[] rows) {
    return Arrays.stream(rows).mapToObj(row -> encoded.get(row).ids()).toList();
  }
}
