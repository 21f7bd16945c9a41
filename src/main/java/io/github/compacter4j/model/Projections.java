package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

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
    NDArray read = hooks.scaledInput(pass, name, x);
    String bias = weights.biasOf(name);
    if (bias != null && hooks.scalesProduct(name)) {
      NDArray y = hooks.product(pass, name, x, pass.linear(read, tensor(name), null));
      return pass.cut(hooks.output(pass, name, y.add(tensor(bias))));
    }
    NDArray y = pass.linear(read, tensor(name), bias == null ? null : tensor(bias));
    return pass.cut(hooks.output(pass, name, hooks.product(pass, name, x, y)));
  }

  /**
   * A feed-forward layer of two matrices, {@code W_2 f(W_1 x)} with their biases, as one function
   * where that can be.
   *
   * @param x (batch, length, d)
   */
  public NDArray feedForward(ForwardPass pass, FeedForward layer, NDArray x) {
    return frozen(pass, layer.place, List.of(layer.first, layer.second))
        .map(w -> pass.feedForward(x, w.matrices, w.biases, layer.activation, layer.dropout))
        .orElseGet(
            () -> {
              NDArray inner =
                  layer.function.apply(pass, pass.lend(apply(pass, layer.first, x))); // (.., f)
              return apply(pass, layer.second, pass.cut(inner));
            });
  }

  /**
   * What a feed-forward layer is made of.
   *
   * @param first name of W_1, (f, d)
   * @param second name of W_2, (d, f)
   * @param activation {@code gelu}, {@code gelu_new} or {@code relu}
   * @param dropout whether dropout stands behind the activation, which then is relu
   * @param function f: activation and dropout
   */
  public record FeedForward(
      Place place,
      String first,
      String second,
      String activation,
      boolean dropout,
      BiFunction<ForwardPass, NDArray, NDArray> function) {}

  /** The RMS norm with this weight. */
  public NDArray rmsNorm(ForwardPass pass, String name, NDArray x, double epsilon) {
    return pass.cut(hooks.withBias(pass, name, pass.rmsNorm(x, tensor(name), epsilon)));
  }

  /** The norm with this weight and the bias beside it. */
  public NDArray layerNorm(ForwardPass pass, String name, NDArray x, double epsilon) {
    NDArray y = pass.layerNorm(x, tensor(name), tensor(weights.biasOf(name)), epsilon);
    return pass.cut(hooks.withBias(pass, name, y));
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
  public NDArray tiedHead(ForwardPass pass, Anatomy.OutputLayer layer, NDArray x) {
    return hooks.withBias(pass, layer.hook(), pass.linear(x, weights.get(layer.tensor()), null));
  }
}
