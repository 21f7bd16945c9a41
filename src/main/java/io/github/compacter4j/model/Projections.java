package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.torch.TorchFunctions;

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
    if (bias != null && !hooks.scalesProduct(name)) {
      NDArray y = TorchFunctions.fastLinear(read, tensor(name), tensor(bias));
      return hooks.output(name, hooks.product(pass, name, x, y));
    }
    NDArray y = hooks.product(pass, name, x, TorchFunctions.linear(read, tensor(name)));
    return hooks.output(name, bias == null ? y : y.add(tensor(bias)));
  }

  /** The RMS norm with this weight. */
  public NDArray rmsNorm(String name, NDArray x, double epsilon) {
    return hooks.withBias(name, TorchFunctions.rmsNorm(x, tensor(name), epsilon));
  }

  /** The norm with this weight and the bias beside it. */
  public NDArray layerNorm(String name, NDArray x, double epsilon) {
    NDArray y = TorchFunctions.layerNorm(x, tensor(name), tensor(weights.biasOf(name)), epsilon);
    return hooks.withBias(name, y);
  }

  /** The output layer of a tied model: the embedding itself, not replaced (reference code). */
  public NDArray tiedHead(Anatomy.OutputLayer layer, NDArray x) {
    return hooks.withBias(layer.hook(), TorchFunctions.linear(x, weights.get(layer.tensor())));
  }
}
