package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Applies named weights together with what the hooks put at them. */
public final class Projections {
  private final Weights weights;
  private final Hooks hooks;

  /** Over the weights of a network with these hooks. */
  public Projections(Weights weights, Hooks hooks) {
    this.weights = weights;
    this.hooks = hooks;
  }

  /** The tensor as the hooks let it be seen. */
  public NDArray tensor(String name) {
    return hooks.tensor(name, weights.get(name));
  }

  /** {@code x W^T + b}, b only where the network has one: (..., in) -> (..., out). */
  public NDArray apply(ForwardPass pass, String name, NDArray x) {
    NDArray read = hooks.scaledInput(name, x);
    String bias = weights.biasOf(name);
    if (bias != null && hooks.scalesProduct(name)) {
      NDArray y = hooks.product(pass, name, x, pass.linear(read, tensor(name), null));
      return pass.cut(hooks.output(name, y.add(tensor(bias))));
    }
    NDArray y = pass.linear(read, tensor(name), bias == null ? null : tensor(bias));
    return pass.cut(hooks.output(name, hooks.product(pass, name, x, y)));
  }

  /** The RMS norm with this weight. */
  public NDArray rmsNorm(ForwardPass pass, String name, NDArray x, double epsilon) {
    return pass.cut(hooks.withBias(name, pass.rmsNorm(x, tensor(name), epsilon)));
  }

  /** The norm with this weight and the bias beside it. */
  public NDArray layerNorm(ForwardPass pass, String name, NDArray x, double epsilon) {
    NDArray y = pass.layerNorm(x, tensor(name), tensor(weights.biasOf(name)), epsilon);
    return pass.cut(hooks.withBias(name, y));
  }

  /**
   * A sub-layer's matrices with the biases beside them, if it can be one function: all matrices
   * frozen, and nothing of the hooks inside it.
   */
  Optional<Frozen> frozen(ForwardPass pass, Place place, List<String> names) {
    List<NDArray> matrices = names.stream().map(this::tensor).toList();
    if (!hooks.leaveAlone(place, names) || !pass.joins(matrices)) {
      return Optional.empty();
    }
    List<NDArray> biases =
        names.stream().map(weights::biasOf).filter(Objects::nonNull).map(this::tensor).toList();
    return Optional.of(new Frozen(matrices, biases));
  }

  /** Matrices that do not train, and their biases or none. */
  record Frozen(List<NDArray> matrices, List<NDArray> biases) {}

  /** The output layer of a tied model: the embedding itself, not replaced (reference code). */
  public NDArray tiedHead(Anatomy.OutputLayer layer, NDArray x) {
    return hooks.withBias(layer.hook(), TorchFunctions.linear(x, weights.get(layer.tensor())));
  }
}
