package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.torch.TorchFunctions;

/** Applies named weights with what the sites add to them. */
final class Projections {
  private final T5Weights weights;
  private final Sites sites;
  private final double epsilon;

  Projections(T5Weights weights, Sites sites, double epsilon) {
    this.weights = weights;
    this.sites = sites;
    this.epsilon = epsilon;
  }

  /** The tensor as the sites let it be seen. */
  NDArray tensor(String name) {
    return sites.tensor(name, weights.get(name));
  }

  /** {@code x W^T} (..., in) -> (..., out). */
  NDArray apply(String name, NDArray x) {
    return sites.withBias(name, TorchFunctions.linear(x, tensor(name)));
  }

  /** The RMS norm of the sub-layer or stack with this weight. */
  NDArray norm(String name, NDArray x) {
    return sites.withBias(name, TorchFunctions.rmsNorm(x, tensor(name), epsilon));
  }

  /** The tied output projection: the embedding itself, not re-parameterised (reference code). */
  NDArray tiedHead(NDArray x) {
    return sites.withBias(
        T5Tensors.LM_HEAD, TorchFunctions.linear(x, weights.get(T5Tensors.SHARED)));
  }
}
