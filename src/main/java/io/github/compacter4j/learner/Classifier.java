package io.github.compacter4j.learner;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertInput;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.model.Dropout;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.tasks.Answers;
import io.github.compacter4j.tasks.ClassLabels;
import io.github.compacter4j.tasks.Score;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.torch.GradientMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Classification and regression with an encoder: the loss is the cross-entropy of the class, or the
 * squared difference from the score; the prediction is the likeliest label, or the number.
 */
public final class Classifier implements Learner {
  private final BertNetwork network;
  private final List<String> labels;
  private final boolean gradientCheckpointing;

  /**
   * Learns a task.
   *
   * @param network with as many outputs as {@link #outputs} tells
   */
  public Classifier(BertNetwork network, Task task, boolean gradientCheckpointing) {
    this(
        network,
        network.head().isScore() ? List.of() : task.target().texts(),
        gradientCheckpointing);
  }

  private Classifier(BertNetwork network, List<String> labels, boolean gradientCheckpointing) {
    this.network = network;
    this.labels = labels;
    this.gradientCheckpointing = gradientCheckpointing;
  }

  /** Learns classes that are called by their numbers, of no task. */
  public static Classifier ofNumbers(BertNetwork network) {
    List<String> numbers =
        IntStream.range(0, network.head().outputs()).mapToObj(String::valueOf).toList();
    return new Classifier(network, numbers, false);
  }

  /**
   * The outputs that a task asks for: its classes, or 1 for a score.
   *
   * @throws UserException (wrong usage) for a task that is answered in free text
   */
  public static int outputs(Task task) {
    if (task.target() instanceof Answers) {
      throw UserException.usage(
          "task %s is answered in free text, and an encoder only chooses among labels or tells a score; take a T5"
              .formatted(task.name()));
    }
    return task.target() instanceof Score ? 1 : task.target().texts().size();
  }

  /** What the outputs are called: the labels as they stand in the task's files, or one score. */
  static List<String> names(Task task) {
    return task.target() instanceof ClassLabels labels ? labels.names() : List.of("score");
  }

  @Override
  public BertNetwork network() {
    return network;
  }

  @Override
  public Dropout dropout() {
    return network.config().dropout();
  }

  private static BertInput input(Batch batch) {
    return new BertInput(batch.ids(), batch.types(), batch.mask());
  }

  @Override
  public NDArray loss(ForwardPass pass, Batch batch) {
    return network.loss(pass, input(batch), batch.labels());
  }

  @Override
  public boolean isCheckpointed() {
    return gradientCheckpointing;
  }

  @Override
  public double backward(ForwardPass pass, Batch batch, double scale) {
    if (gradientCheckpointing) {
      return network.checkpointedBackward(pass, input(batch), batch.labels(), scale);
    }
    return Learner.super.backward(pass, batch, scale);
  }

  @Override
  public List<Prediction> predict(Batch batch, int maxLength) {
    try (GradientMode off = GradientMode.off()) {
      NDArray outputs = network.logits(ForwardPass.evaluation(), input(batch)); // (batch, C)
      boolean isScore = labels.isEmpty();
      Number[] values = (isScore ? outputs : outputs.softmax(1)).toArray();
      int width = isScore ? 1 : labels.size();
      List<Prediction> predictions = new ArrayList<>();
      for (int from = 0; from < values.length; from += width) {
        predictions.add(isScore ? Prediction.score(values[from]) : likeliest(values, from));
      }
      return predictions;
    }
  }

  /** The label with the greatest of the probabilities from there on; of equals the first. */
  private Prediction likeliest(Number[] values, int from) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    String best = labels.get(0);
    for (int label = 0; label < labels.size(); label++) {
      double probability = values[from + label].doubleValue();
      probabilities.put(labels.get(label), probability);
      best = probability > probabilities.get(best) ? labels.get(label) : best;
    }
    return Prediction.label(best, probabilities);
  }

  @Override
  public int rowsOfPrediction(int batchSize) {
    return batchSize;
  }
}
