package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One feed-forward layer of two matrices: {@code W_2 f(W_1 x)}, biases where the network has them.
 */
public final class FeedForward {
  private final Projections projections;
  private final Place place;
  private final List<String> names;
  private final String activation;
  private final boolean dropoutInside;

  /**
   * The layer at a place.
   *
   * @param first name of W_1, (f, d)
   * @param second name of W_2, (d, f)
   * @param activation {@code gelu}, {@code gelu_new} or {@code relu}
   * @param dropoutInside whether dropout stands behind the activation, which then is relu
   */
  public FeedForward(
      Projections projections,
      Place place,
      String first,
      String second,
      String activation,
      boolean dropoutInside) {
    this.projections = projections;
    this.place = place;
    this.names = List.of(first, second);
    this.activation = activation;
    this.dropoutInside = dropoutInside;
  }

  /** The layer's value (batch, length, d), in parts with f unless it can be one function. */
  public NDArray forward(ForwardPass pass, NDArray x, UnaryOperator<NDArray> f) {
    return projections
        .frozen(pass, place, names)
        .map(w -> pass.feedForward(x, w.matrices(), w.biases(), activation, dropoutInside))
        .orElseGet(() -> inParts(pass, x, f));
  }

  private NDArray inParts(ForwardPass pass, NDArray x, UnaryOperator<NDArray> f) {
    NDArray inner = f.apply(projections.apply(pass, names.get(0), x)); // (batch, length, f)
    return projections.apply(pass, names.get(1), pass.cut(inner));
  }
}
