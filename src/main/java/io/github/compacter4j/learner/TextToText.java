package io.github.compacter4j.learner;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.model.Dropout;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.t5.Generation;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.text.T5Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Text to text, as T5 learns (Raffel et al., 2020): the loss is the cross-entropy of the target's
 * ids, the prediction what the network writes, or the likeliest of the task's labels.
 */
public final class TextToText implements Learner {
  private final T5Network network;
  private final boolean gradientCheckpointing;
  private final Predicting predicting;

  /** One of the ways to predict. */
  private interface Predicting {
    String[] predict(Batch batch, int maxLength);

    /** How many sequences a row becomes. */
    default int sequences() {
      return 1;
    }
  }

  private TextToText(T5Network network, boolean gradientCheckpointing, Predicting predicting) {
    this.network = network;
    this.gradientCheckpointing = gradientCheckpointing;
    this.predicting = predicting;
  }

  /**
   * Trains and predicts as the protocol says.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) where labels are to be scored of a
   *     task that has none
   */
  public static TextToText of(
      T5Network network, T5Tokenizer tokenizer, Task task, Protocol protocol) {
    Predicting predicting =
        protocol.decode().equals("labels")
            ? new ByLabels(LabelScorer.of(network, tokenizer, task))
            : new ByWriting(network, tokenizer, GenerationOptions::greedy);
    return new TextToText(network, protocol.gradientCheckpointing(), predicting);
  }

  /** Predicts by writing with any search, which the most ids of an answer choose. */
  public static TextToText writing(
      T5Network network, T5Tokenizer tokenizer, IntFunction<GenerationOptions> search) {
    return new TextToText(network, false, new ByWriting(network, tokenizer, search));
  }

  /** Predicts the likeliest of labels that are called by their numbers, of no task. */
  public static TextToText ofIds(T5Network network, List<int[]> labels) {
    List<String> numbers = IntStream.range(0, labels.size()).mapToObj(String::valueOf).toList();
    return new TextToText(network, false, new ByLabels(new LabelScorer(network, numbers, labels)));
  }

  private record ByWriting(
      T5Network network, T5Tokenizer tokenizer, IntFunction<GenerationOptions> search)
      implements Predicting {
    @Override
    public String[] predict(Batch batch, int maxLength) {
      Generation generation = new Generation(network, search.apply(maxLength));
      return Arrays.stream(generation.generate(batch.ids(), batch.mask()))
          .map(row -> tokenizer.decode(row).strip())
          .toArray(String[]::new);
    }
  }

  private record ByLabels(LabelScorer labels) implements Predicting {
    @Override
    public String[] predict(Batch batch, int maxLength) {
      return labels.best(batch);
    }

    @Override
    public int sequences() {
      return labels.size();
    }
  }

  @Override
  public T5Network network() {
    return network;
  }

  @Override
  public Dropout dropout() {
    return Dropout.of(network.config().dropoutRate());
  }

  @Override
  public NDArray loss(ForwardPass pass, Batch batch) {
    return network.loss(pass, batch.ids(), batch.mask(), batch.labels());
  }

  @Override
  public boolean isCheckpointed() {
    return gradientCheckpointing;
  }

  @Override
  public double backward(ForwardPass pass, Batch batch, double scale) {
    if (gradientCheckpointing) {
      return network.checkpointedBackward(pass, batch.ids(), batch.mask(), batch.labels(), scale);
    }
    return Learner.super.backward(pass, batch, scale);
  }

  @Override
  public List<Prediction> predict(Batch batch, int maxLength) {
    return Arrays.stream(predicting.predict(batch, maxLength)).map(Prediction::written).toList();
  }

  @Override
  public int rowsOfPrediction(int batchSize) {
    return Math.max(1, batchSize / predicting.sequences());
  }
}
