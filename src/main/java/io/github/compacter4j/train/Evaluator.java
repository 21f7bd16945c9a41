package io.github.compacter4j.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.t5.Generation;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.text.T5Tokenizer;
import io.github.compacter4j.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Scores a network by what it generates (paper: greedy search). */
final class Evaluator {
  private final T5Network network;
  private final T5Tokenizer tokenizer;
  private final int batchSize;

  Evaluator(T5Network network, T5Tokenizer tokenizer, int batchSize) {
    this.network = network;
    this.tokenizer = tokenizer;
    this.batchSize = batchSize;
  }

  /** The metrics of a split, in percent by their reference names. */
  Map<String, Double> evaluate(Tokenized split, List<Metric> metrics, int maxLength) {
    return split.score(metrics, generate(split, maxLength));
  }

  /** What the network writes for each row, in the order of the rows. */
  List<String> generate(Tokenized split, int maxLength) {
    return generate(split, GenerationOptions.greedy(maxLength));
  }

  /** The same with any search. */
  List<String> generate(Tokenized split, GenerationOptions options) {
    Generation generation = new Generation(network, options);
    String[] texts = new String[split.size()];
    int[] order = split.byLength();
    try (NDManager manager = Torch.newManager()) {
      for (int from = 0; from < order.length; from += batchSize) {
        int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize));
        if (Thread.interrupted()) {
          throw new EvaluationStopped();
        }
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          Batch batch = split.batch(manager, network.dataType(), rows);
          long[][] ids = generation.generate(batch.ids(), batch.mask());
          for (int i = 0; i < rows.length; i++) {
            texts[rows[i]] = tokenizer.decode(ids[i]).strip();
          }
        }
      }
    }
    return Arrays.asList(texts);
  }
}
