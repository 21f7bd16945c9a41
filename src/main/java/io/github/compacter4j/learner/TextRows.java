package io.github.compacter4j.learner;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.text.Encoded;
import io.github.compacter4j.text.T5Tokenizer;
import io.github.compacter4j.text.TokenCache;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows of texts to read and texts to write, as ids. */
public final class TextRows extends Tokenized {
  private static final int MAX_TARGET_LENGTH = 128;

  private final List<Encoded> sources;
  private final List<Encoded> targets;

  /** Encodes rows; a source without tokens is the end of sequence alone. */
  public TextRows(List<Example> examples, T5Tokenizer tokenizer, int maxSourceLength) {
    this(examples, sources(examples, tokenizer, maxSourceLength), targets(examples, tokenizer));
  }

  private TextRows(List<Example> examples, List<Encoded> sources, List<Encoded> targets) {
    super(examples, sources);
    this.sources = sources;
    this.targets = targets;
  }

  private static List<Encoded> sources(
      List<Example> examples, T5Tokenizer tokenizer, int maxLength) {
    List<String> texts = examples.stream().map(Example::source).toList();
    return TokenCache.usual().encodeAll(tokenizer, texts, maxLength);
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

  @Override
  public int longestAnswer() {
    return targets.stream().mapToInt(target -> target.ids().length).max().orElseThrow();
  }

  @Override
  public Batch batch(NDManager manager, DataType type, int[] rows) {
    return Batch.of(manager, type, ids(sources, rows), ids(targets, rows));
  }

  private static List<int[]> ids(List<Encoded> encoded, int[] rows) {
    return Arrays.stream(rows).mapToObj(row -> encoded.get(row).ids()).toList();
  }
}
