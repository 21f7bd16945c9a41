package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Tape;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;

/** A golden backbone with its batch, of whatever family. */
public interface TinyModel extends AutoCloseable {

  /** The families. */
  enum Family {
    T5,
    BERT;

    /** The family's golden backbone. */
    public TinyModel open(DataType type) {
      return this == T5 ? new Tiny(type) : new TinyBert("bert_tiny.json", type);
    }
  }

  /** The network. */
  Network network();

  /** Outputs of a pass. */
  NDArray logits(ForwardPass pass);

  /** The loss of a pass. */
  NDArray loss(ForwardPass pass);

  /** The loss of a pass, with blocks computed again in the backward pass. */
  double checkpointedBackward(ForwardPass pass, double scale);

  /** Outputs of evaluation. */
  default double[] logits() {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      return GradientCheck.doubles(logits(ForwardPass.evaluation()));
    }
  }

  /** The loss without dropout. */
  default double loss() {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      return GradientCheck.doubles(loss(ForwardPass.training(0, 1)))[0];
    }
  }

  /** Adds the loss's gradients, without dropout. */
  default void backward() {
    backward(0, 1);
  }

  /** The loss; adds the gradients of {@code scale} times it. */
  default double backward(double dropout, double scale) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      NDArray loss = loss(ForwardPass.training(dropout, 1));
      Torch.backward(loss.mul(scale));
      return GradientCheck.doubles(loss)[0];
    }
  }

  /** The same on a tape. */
  default double taped(double dropout, double scale) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on();
        Tape tape = new Tape()) {
      scope.suppressNotUsedWarning();
      NDArray loss = loss(network().on(tape, ForwardPass.training(dropout, 1)));
      tape.backward(TorchFunctions.scale(loss, scale));
      return GradientCheck.doubles(loss)[0];
    }
  }

  /** The same with blocks computed again in the backward pass. */
  default double checkpointed(double dropout, double scale) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      return checkpointedBackward(ForwardPass.training(dropout, 1), scale);
    }
  }

  /** Overwrites a tensor. */
  static void set(NDArray tensor, double[] values) {
    try (NDArray source =
        GradientCheck.create(
            tensor.getManager(), tensor.getDataType(), values, tensor.getShape())) {
      TorchFunctions.copy(source, tensor);
    }
  }

  @Override
  void close();
}
