package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;

/**
 * The encoder's output.
 *
 * @param hidden (batch, source, d); source counts an input prefix
 * @param mask what cross-attention adds to its scores, (batch * answers, 1, 1, source)
 * @param answers how many the decoder reads for each row, which follow each other
 */
public record EncoderOutput(NDArray hidden, NDArray mask, int answers) {

  /** For one answer a row. */
  EncoderOutput(NDArray hidden, NDArray mask) {
    this(hidden, mask, 1);
  }

  /** This output for several answers a row: their keys and values are computed once. */
  public EncoderOutput forEach(int count) {
    return new EncoderOutput(hidden, mask.repeat(0, count), count);
  }
}
