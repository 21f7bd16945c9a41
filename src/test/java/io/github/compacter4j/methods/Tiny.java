package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.t5.Generation;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;

/** The golden backbone (d 24, two blocks a stack, 48 rows) with its batch. */
public final class Tiny implements AutoCloseable {
  private final NDManager manager = Torch.newManager();
  private final NDArray ids;
  private final NDArray mask;
  private final NDArray labels;
  private final T5Network network;

  public Tiny(DataType type) {
    JsonNode golden = Goldens.file("t5_tiny.json");
    network = T5Golden.network(golden, type);
    ids = GoldenArrays.array(manager, golden.required("input_ids"), DataType.INT64);
    mask = GoldenArrays.array(manager, golden.required("attention_mask"), type);
    labels = GoldenArrays.array(manager, golden.required("labels"), DataType.INT64);
  }

  public T5Network network() {
    return network;
  }

  /** Logits of evaluation. */
  public double[] logits() {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      ForwardPass pass = ForwardPass.evaluation();
      NDArray decoderIds = network.shiftRight(labels);
      return GradientCheck.doubles(
          network.decode(pass, decoderIds, network.encode(pass, ids, mask)));
    }
  }

  /** The loss without dropout. */
  public double loss() {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      return network.loss(ForwardPass.training(0, 0), ids, mask, labels).toDoubleArray()[0];
    }
  }

  /** Adds the loss's gradients, without dropout. */
  public void backward() {
    backward(0, 1);
  }

  /** The loss; adds the gradients of {@code scale} times it. */
  public double backward(double dropout, double scale) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      NDArray loss = network.loss(ForwardPass.training(dropout, 1), ids, mask, labels);
      Torch.backward(loss.mul(scale));
      return GradientCheck.doubles(loss)[0];
    }
  }

  /** The same with blocks computed again in the backward pass. */
  public double checkpointed(double dropout, double scale) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      ForwardPass pass = ForwardPass.training(dropout, 1);
      return network.checkpointedBackward(pass, ids, mask, labels, scale);
    }
  }

  /** What cached greedy search writes. */
  public long[][] generate(int length) {
    return new Generation(network, GenerationOptions.greedy(length)).generate(ids, mask);
  }

  /** The likeliest next id behind each prefix of {@code texts}, by whole passes. */
  public long[][] next(long[][] texts) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      ForwardPass pass = ForwardPass.evaluation();
      NDArray next =
          network.decode(pass, manager.create(texts), network.encode(pass, ids, mask)).argMax(2);
      long[][] rows = new long[texts.length][];
      for (int row = 0; row < rows.length; row++) {
        rows[row] = next.get(row).toLongArray();
      }
      return rows;
    }
  }

  /** Overwrites a tensor. */
  public static void set(NDArray tensor, double[] values) {
    try (NDArray source =
        GradientCheck.create(
            tensor.getManager(), tensor.getDataType(), values, tensor.getShape())) {
      TorchFunctions.copy(source, tensor);
    }
  }

  @Override
  public void close() {
    network.close();
    manager.close();
  }
}
