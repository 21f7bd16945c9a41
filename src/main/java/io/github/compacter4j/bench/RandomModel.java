package io.github.compacter4j.bench;

import ai.djl.ndarray.NDManager;
import io.github.compacter4j.Names;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.t5.T5Config;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A model of published sizes with random weights, and random ids for it to learn from. */
public sealed interface RandomModel permits RandomT5, RandomEncoder {
  /** Ids below are marks, whatever the vocabulary. */
  int FIRST_WORD = 3;

  /** Ids of a target, where the model writes. */
  int TARGET_LENGTH = 4;

  /**
   * The sizes of this name: a T5's, for instance {@code t5-small}, or an encoder's, for instance
   * {@code minilm}.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) if no model is called so
   */
  static RandomModel named(String size) {
    if (T5Config.named().containsKey(size)) {
      return new RandomT5(T5Config.named(size));
    }
    if (BertConfig.named().containsKey(size)) {
      return new RandomEncoder(BertConfig.named(size));
    }
    throw Names.unknown(
        "size",
        size,
        Stream.of(T5Config.named(), BertConfig.named())
            .flatMap(named -> named.keySet().stream())
            .toList());
  }

  /** The sizes. */
  Anatomy sizes();

  /** The sizes as a Hugging Face {@code config.json} calls them. */
  Map<String, Object> config();

  /** Parameters of the head, which train with every method. */
  long headParameters();

  /** A network with weights of one seed and what it learns; the caller closes the network. */
  Learner newLearner();

  /** Random rows of so many ids with random answers. */
  Batch batch(NDManager manager, int rows, int length, int seed);

  /** Rows of so many random words. */
  static List<int[]> words(SplittableRandom random, int rows, int length, int vocabulary) {
    return IntStream.range(0, rows)
        .mapToObj(row -> random.ints(length, FIRST_WORD, vocabulary).toArray())
        .toList();
  }
}
