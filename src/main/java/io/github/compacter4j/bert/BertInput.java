package io.github.compacter4j.bert;

import ai.djl.ndarray.NDArray;

/**
 * Texts as an encoder reads them.
 *
 * @param ids int64 (batch, length)
 * @param types 0 for the first text and 1 for the second, int64 (batch, length)
 * @param mask of the activations' type, 1 for tokens and 0 for padding, (batch, length)
 */
public record BertInput(NDArray ids, NDArray types, NDArray mask) {}
