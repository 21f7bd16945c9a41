package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import java.util.Map;

/** A way of adapting T5 to a task; a plain value, equal to any other with the same options. */
public interface Method {

  /** The name, one of design's list, for instance {@code compacter++}. */
  String name();

  /** The canonical form, {@code name[option=value,...]}, which {@link Methods#parse} reads back. */
  String spec();

  /**
   * This method with every {@code auto} replaced by what it means for these sizes.
   *
   * @throws io.github.compacter4j.UserException if the method is impossible for them
   */
  Method resolve(T5Config config);

  /**
   * Names and shapes of all tensors that train, from the sizes alone; those that T5 does not have
   * itself are inserted.
   *
   * @param adapterName the part of tensor names that tells adapters apart, usually the task
   */
  Map<String, Shape> trainable(T5Config config, String adapterName);

  /**
   * Inserts the method's layers into a network and lets just its tensors train.
   *
   * @param network a network without another adaptation
   * @param seed of the inserted tensors' initial values
   */
  Adaptation applyTo(T5Network network, String adapterName, long seed);

  /**
   * Whether part of what the method computes is drawn from the seed, does not train and so is in no
   * adapter file; false for most.
   */
  default boolean needsSeed() {
    return false;
  }

  /** Whether the paper puts the task's name before the input: so for methods without adapters. */
  boolean prefixesTask();
}
