package io.github.compacter4j.model;

import ai.djl.ndarray.types.Shape;
import java.util.Optional;

/**
 * A named tensor of a network.
 *
 * @param name as Hugging Face writes it, without a family's prefix
 * @param shape matrices are (out, in)
 * @param role what it does
 * @param bias whether it is added, not multiplied
 * @param place the sub-layer that it belongs to; empty for what a stack or the model has once
 */
public record TensorSpec(String name, Shape shape, Role role, boolean bias, Optional<Place> place) {

  /** A weight of a sub-layer. */
  public static TensorSpec weight(String name, Shape shape, Role role, Place place) {
    return new TensorSpec(name, shape, role, false, Optional.of(place));
  }

  /** A weight that no sub-layer owns. */
  public static TensorSpec weight(String name, Shape shape, Role role) {
    return new TensorSpec(name, shape, role, false, Optional.empty());
  }

  /** What is added behind the weight of a layer. */
  public static TensorSpec bias(String name, Shape shape, Role role, Optional<Place> place) {
    return new TensorSpec(name, shape, role, true, place);
  }

  /** A name beside this weight's: {@code x.weight} gives {@code x.} and the given end. */
  public String sibling(String end) {
    return name.substring(0, name.length() - "weight".length()) + end;
  }

  /** Whether it is one of the matrices that a block multiplies by. */
  public boolean isProjection() {
    return !bias
        && switch (role) {
          case Q, K, V, O, FF_IN, FF_GATE, FF_OUT -> true;
          default -> false;
        };
  }
}
