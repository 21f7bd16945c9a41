package io.github.compacter4j.learner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.UserException;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.t5.EncoderOutput;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.text.T5Tokenizer;
import io.github.compacter4j.torch.GradientMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses the likeliest of a task's labels by the sum of its tokens' log-probabilities, in one
 * decoder pass over all labels.
 *
 * <p>Greedy search and this choice agree wherever the text that greedy search writes is a label
 * with a probability above one half; below that another label may be likelier than the greedy one.
 */
public final class LabelScorer {
  private final T5Network network;
  private final List<String> labels;
  private final List<int[]> ids;

  /**
   * A scorer of the task's labels.
   *
   * @throws UserException (wrong usage) for a task whose answers are free text
   */
  public static LabelScorer of(T5Network network, T5Tokenizer tokenizer, Task task) {
    List<String> labels = task.target().texts();
    if (labels.isEmpty()) {
      throw UserException.usage(
          "task " + task.name() + " has no set of labels to score; decode it by generate");
    }
    List<int[]> ids =
        labels.stream().map(label -> tokenizer.encode(label, Integer.MAX_VALUE)).toList();
    return new LabelScorer(network, labels, ids);
  }

  /** A scorer of labels that are written with these ids, their ends included. */
  LabelScorer(T5Network network, List<String> labels, List<int[]> ids) {
    this.network = network;
    this.labels = labels;
    this.ids = ids;
  }

  /** How many labels there are. */
  public int size() {
    return labels.size();
  }

  /** The likeliest label of each row. */
  public String[] best(Batch batch) {
    double[][] scores = scores(batch);
    return Arrays.stream(scores).map(row -> labels.get(argMax(row))).toArray(String[]::new);
  }

  /** Log-probabilities of the labels, their ends included: (batch, labels). */
  double[][] scores(Batch batch) {
    NDManager manager = batch.ids().getManager();
    int rows = Math.toIntExact(batch.ids().getShape().get(0));
    try (GradientMode off = GradientMode.off()) {
      ForwardPass pass = ForwardPass.evaluation();
      EncoderOutput encoded = network.encode(pass, batch.ids(), batch.mask());
      NDArray targets = targets(manager, rows); // (batch * labels, target)
      NDArray logits = network.decode(pass, network.shiftRight(targets), encoded.forEach(size()));
      NDArray counts = targets.gte(0);
      NDArray read = targets.maximum(0).expandDims(2);
      NDArray tokens = logits.logSoftmax(2).gather(read, 2).squeeze(2); // (batch * labels, target)
      float[] sums =
          counts
              .toType(tokens.getDataType(), false)
              .mul(tokens)
              .sum(new int[] {1})
              .toType(DataType.FLOAT32, false)
              .toFloatArray();
      return matrix(sums, rows);
    }
  }

  /** The labels' ids for every row: int64 (batch * labels, target), -100 behind the ends. */
  private NDArray targets(NDManager manager, int rows) {
    List<int[]> all = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      all.addAll(ids);
    }
    return Batch.padded(manager, all, T5Network.IGNORED);
  }

  private double[][] matrix(float[] sums, int rows) {
    double[][] scores = new double[rows][size()];
    for (int i = 0; i < sums.length; i++) {
      scores[i / size()][i % size()] = sums[i];
    }
    return scores;
  }

  private static int argMax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
