package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;

/** Where an inserted tensor starts, which may depend on the network's own tensors. */
public interface Start {

  /** The first value of a tensor of this shape and type, owned by {@code owner}. */
  NDArray value(Weights base, NDManager owner, Shape shape, DataType type);

  /** A start that does not read the network. */
  static Start of(Initializer initializer) {
    return (base, owner, shape, type) -> initializer.initialize(owner, shape, type);
  }
}
