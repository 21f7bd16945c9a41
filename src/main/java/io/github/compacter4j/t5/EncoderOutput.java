package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;

/**
 * The encoder's output.
 *
 * @param hidden (batch, source, d); source counts an input prefix
 * @param mask what cross-attention adds to its scores, (batch, 1, 1, source)
 */
public record EncoderOutput(NDArray hidden, NDArray mask) {}
