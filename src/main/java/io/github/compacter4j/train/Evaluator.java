package io.github.compacter4j.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.learner.Prediction;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Scores what a learner predicts. */
public final class Evaluator {
  private final Learner learner;
  private final int batchSize;

  /** Of batches of so many rows. */
  public Evaluator(Learner learner, int batchSize) {
    this.learner = learner;
    this.batchSize = batchSize;
  }

  /** The metrics of a split, in percent by their reference names. */
  public Map<String, Double> evaluate(Tokenized split, List<Metric> metrics, int maxLength) {
    return split.score(metrics, predict(split, maxLength));
  }

  /** What is predicted for each row as text, in the order of the rows. */
  public List<String> predict(Tokenized split, int maxLength) {
    return predictions(split, maxLength).stream().map(Prediction::text).toList();
  }

  /** The prediction for each row, in the order of the rows. */
  public List<Prediction> predictions(Tokenized split, int maxLength) {
    Prediction[] predictions = new Prediction[split.size()];
    int[] order = split.byLength();
    int size = learner.rowsOfPrediction(batchSize);
    try (NDManager manager = Torch.newManager()) {
      for (int from = 0; from < order.length; from += size) {
        if (Thread.interrupted()) {
          throw new EvaluationStopped();
        }
        int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + size));
        List<Prediction> predicted = predict(split, rows, maxLength, manager);
        for (int i = 0; i < rows.length; i++) {
          predictions[rows[i]] = predicted.get(i);
        }
      }
    }
    return Arrays.asList(predictions);
  }

  private List<Prediction> predict(Tokenized split, int[] rows, int maxLength, NDManager manager) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return learner.predict(split.batch(manager, learner.network().dataType(), rows), maxLength);
    }
  }
}
