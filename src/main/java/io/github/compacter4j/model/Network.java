package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.compacter4j.torch.Tape;
import java.util.Collections;
import java.util.SortedMap;

/** A network that methods can extend and train, of whatever family. */
public interface Network extends AutoCloseable {

  /** Sizes, places and tensors. */
  Anatomy anatomy();

  /** The tensors by name. */
  Weights weights();

  /** Where the network can be extended. */
  Hooks hooks();

  /** The type of activations: float32, or float64 where numbers are compared. */
  DataType dataType();

  /** A tensor as the network uses it: replaced, if a method does that. */
  NDArray tensor(String name);

  /**
   * The tensors of a head for one task, by name: they are no part of the anatomy and train with
   * every method.
   */
  default SortedMap<String, Parameter> headTensors() {
    return Collections.emptySortedMap();
  }

  /**
   * A training pass from its start, with the functions of blocks on a tape. All is recorded where
   * tensors are replaced: they may have one graph together, which is to be walked only once.
   */
  default ForwardPass on(Tape tape, ForwardPass pass) {
    return hooks().replacesTensors() ? pass : pass.on(tape);
  }

  @Override
  void close();
}
