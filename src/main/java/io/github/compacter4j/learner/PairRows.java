package io.github.compacter4j.learner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.text.Encoded;
import io.github.compacter4j.text.EncodedPair;
import io.github.compacter4j.text.PairTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Rows of one text or two with classes or scores, as ids and types. */
final class PairRows extends Tokenized {
  private final List<EncodedPair> pairs;
  private final double[] numbers;
  private final boolean scores;
  private final int padId;

  /**
   * Encodes rows.
   *
   * @param maxLength most ids of a row
   * @param scores whether the rows have scores, not classes
   * @param padId the id that fills short rows of a batch
   */
  PairRows(
      List<Example> examples, PairTokenizer tokenizer, int maxLength, boolean scores, int padId) {
    this(
        examples,
        tokenizer.encodeAll(examples.stream().map(Example::texts).toList(), maxLength),
        scores,
        padId);
  }

  private PairRows(List<Example> examples, List<EncodedPair> pairs, boolean scores, int padId) {
    super(examples, pairs.stream().map(pair -> new Encoded(pair.ids(), pair.truncated())).toList());
    this.pairs = pairs;
    this.scores = scores;
    this.padId = padId;
    numbers = examples.stream().mapToDouble(Example::number).toArray();
  }

  @Override
  public int longestAnswer() {
    return 1;
  }

  @Override
  public Batch batch(NDManager manager, DataType type, int[] rows) {
    List<int[]> ids = chosen(rows, EncodedPair::ids);
    NDArray labels = // rows without an answer have class 0, which nobody reads
        scores
            ? manager.create(numbers(rows)).toType(type, false)
            : manager.create(Arrays.stream(numbers(rows)).mapToLong(x -> (long) x).toArray());
    return new Batch(
        Batch.padded(manager, ids, padId),
        Batch.padded(manager, chosen(rows, EncodedPair::types), 0),
        Batch.mask(manager, type, ids),
        labels);
  }

  private List<int[]> chosen(int[] rows, Function<EncodedPair, int[]> part) {
    return Arrays.stream(rows).mapToObj(row -> part.apply(pairs.get(row))).toList();
  }

  private double[] numbers(int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> numbers[row]).toArray();
  }
}
