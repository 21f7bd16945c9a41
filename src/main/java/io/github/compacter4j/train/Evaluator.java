package io.github.compacter4j.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.LabelScorer;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.t5.Generation;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.text.T5Tokenizer;
import io.github.compacter4j.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Scores a network by what it predicts: what it writes, or the likeliest of the labels. */
public final class Evaluator {
  private final T5Network network;
  private final T5Tokenizer tokenizer;
  private final int batchSize;
  private final LabelScorer labels;

  private Evaluator(T5Network network, T5Tokenizer tokenizer, int batchSize, LabelScorer labels) {
    this.network = network;
    this.tokenizer = tokenizer;
    this.batchSize = batchSize;
    this.labels = labels;
  }

  /** Predicts by writing (paper: greedy search). */
  public Evaluator(T5Network network, T5Tokenizer tokenizer, int batchSize) {
    this(network, tokenizer, batchSize, null);
  }

  /** Predicts as the protocol says. */
  public static Evaluator of(
      T5Network network, T5Tokenizer tokenizer, Protocol protocol, Task task) {
    LabelScorer labels =
        protocol.decode().equals("labels") ? new LabelScorer(network, tokenizer, task) : null;
    return new Evaluator(network, tokenizer, protocol.evaluationBatchSize(), labels);
  }

  /** The metrics of a split, in percent by their reference names. */
  public Map<String, Double> evaluate(Tokenized split, List<Metric> metrics, int maxLength) {
    return split.score(metrics, predict(split, maxLength));
  }

  /** The prediction for each row, in the order of the rows. */
  public List<String> predict(Tokenized split, int maxLength) {
    return labels == null
        ? generate(split, maxLength)
        : inBatches(split, Math.max(1, batchSize / labels.size()), labels::best);
  }

  /** What the network writes for each row, in the order of the rows. */
  public List<String> generate(Tokenized split, int maxLength) {
    return generate(split, GenerationOptions.greedy(maxLength));
  }

  /** What the network writes for each row by any search. */
  public List<String> generate(Tokenized split, GenerationOptions options) {
    Generation generation = new Generation(network, options);
    return inBatches(
        split, batchSize, batch -> texts(generation.generate(batch.ids(), batch.mask())));
  }

  private String[] texts(long[][] ids) {
    return Arrays.stream(ids).map(row -> tokenizer.decode(row).strip()).toArray(String[]::new);
  }

  private List<String> inBatches(Tokenized split, int size, Function<Batch, String[]> predict) {
    String[] predictions = new String[split.size()];
    int[] order = split.byLength();
    try (NDManager manager = Torch.newManager()) {
      for (int from = 0; from < order.length; from += size) {
        int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + size));
        if (Thread.interrupted()) {
          throw new EvaluationStopped();
        }
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          String[] texts = predict.apply(split.batch(manager, network.dataType(), rows));
          for (int i = 0; i < rows.length; i++) {
            predictions[rows[i]] = texts[i];
          }
        }
      }
    }
    return Arrays.asList(predictions);
  }
}
