package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;

/**
 * What a method does at four moments of a training step; each does nothing unless overridden.
 *
 * <p>What pauses or goes on before the forward pass does so in this step, at the other moments from
 * the next step on. Resuming finds the tensors, what the plan says to keep and which tensors pause
 * as they were behind the last step; anything else must follow from the step's number and the seed.
 */
public interface StepRule {

  /** Before the forward pass. */
  default void beforeForward(Step step) {}

  /** After the backward pass, the gradients of all micro-batches summed. */
  default void afterBackward(Step step) {}

  /** After the gradients are clipped. */
  default void afterClipping(Step step) {}

  /** After the optimiser's step, before gradients are zeroed. */
  default void afterUpdate(Step step) {}

  /**
   * A training step.
   *
   * @param number from 0
   * @param total all steps of the run
   * @param learningRate of this step
   * @param seed of the run; a rule that draws takes a stream of (seed, a name with the number)
   * @param tensors the tensors that train
   * @param moments what the optimiser remembers of them
   */
  record Step(
      int number,
      int total,
      double learningRate,
      long seed,
      TrainedTensors tensors,
      Moments moments) {}

  /** The optimiser's running means, which a rule may change in place. */
  interface Moments {
    /** The mean of the gradients of the tensor of this name, in its shape. */
    NDArray first(String name);

    /** The mean of the squares of the gradients of the tensor of this name, in its shape. */
    NDArray second(String name);

    /** How much of the first mean each step keeps. */
    double beta1();

    /** How much of the second mean each step keeps. */
    double beta2();
  }
}
