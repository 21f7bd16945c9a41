package io.github.compacter4j.learner;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.model.Dropout;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.torch.Tape;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;

/**
 * What learns a task in a network: batches become losses and predictions.
 *
 * <p>The training loop, the evaluation and the predictor know no more of a family of models. The
 * rows come from a {@link TaskReader}.
 */
public interface Learner {

  /** The network that learns; its owner closes it. */
  Network network();

  /** The dropout that the model was made with. */
  Dropout dropout();

  /** The mean loss of a batch, a scalar that carries gradients. */
  NDArray loss(ForwardPass pass, Batch batch);

  /**
   * Adds the gradients of a share of the loss to those at hand.
   *
   * @param scale the share of this batch in the step's loss
   * @return the batch's mean loss, not scaled
   */
  default double backward(ForwardPass pass, Batch batch, double scale) {
    try (Tape tape = new Tape()) {
      NDArray loss = loss(network().on(tape, pass), batch);
      tape.backward(scale == 1 ? loss : TorchFunctions.scale(loss, scale));
      return loss.toArray()[0].doubleValue();
    }
  }

  /** Whether {@link #backward} computes blocks again instead of keeping what they need. */
  default boolean isCheckpointed() {
    return false;
  }

  /**
   * What is predicted for each row of a batch.
   *
   * @param maxLength most ids of an answer, where it is written
   */
  List<Prediction> predict(Batch batch, int maxLength);

  /** The rows to predict at once where a batch of so many is asked for. */
  int rowsOfPrediction(int batchSize);
}
