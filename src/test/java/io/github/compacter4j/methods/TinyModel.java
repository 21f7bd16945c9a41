package io.github.compacter4j.methods;

import static io.github.compacter4j.torch.GradientCheck.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.t5.ForwardPass;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/** The golden T5 of two blocks a stack, d = 24, with its batch. */
final class TinyModel implements AutoCloseable {
  private static final JsonNode GOLDEN = Goldens.file("t5_tiny.json");

  private final NDManager manager = Torch.newManager();
  private final NDArray ids = GoldenArrays.array(manager, GOLDEN.get("input_ids"), DataType.INT64);
  private final NDArray mask;
  private final NDArray labels = GoldenArrays.array(manager, GOLDEN.get("labels"), DataType.INT64);
  private final T5Network network;

  TinyModel(DataType type) {
    mask = GoldenArrays.array(manager, GOLDEN.get("attention_mask"), type);
    network = T5Golden.network(GOLDEN, type);
  }

  /** In double precision. */
  TinyModel() {
    this(DataType.FLOAT64);
  }

  T5Network network() {
    return network;
  }

  /** Logits of an evaluation pass. */
  double[] logits() {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      ForwardPass pass = ForwardPass.evaluation();
      NDArray decoderIds = network.shiftRight(labels);
      return doubles(network.decode(pass, decoderIds, network.encode(pass, ids, mask)));
    }
  }

  /** The loss of a pass. */
  double loss(ForwardPass pass) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      return doubles(network.loss(pass, ids, mask, labels))[0];
    }
  }

  /** Adds the gradients of the loss without dropout. */
  void backward() {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      Torch.backward(network.loss(ForwardPass.training(0, 0), ids, mask, labels));
    }
  }

  /** The values of all tensors of T5 itself. */
  Map<String, double[]> weights() {
    Map<String, double[]> values = new HashMap<>();
    network
        .weights()
        .parameters()
        .forEach((name, tensor) -> values.put(name, doubles(tensor.getArray())));
    return values;
  }

  /** Gives tensors other values, so large that every gradient is plain to see. */
  static void scatter(SortedMap<String, Parameter> tensors) {
    tensors.forEach(
        (name, tensor) -> {
          double[] values = doubles(tensor.getArray());
          float[] noise = new NamedRandom(7, name).normal(values.length, 0.3);
          for (int i = 0; i < values.length; i++) {
            values[i] += noise[i];
          }
          set(tensor.getArray(), values);
        });
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
  public void close() {
    network.close();
    manager.close();
  }
}
