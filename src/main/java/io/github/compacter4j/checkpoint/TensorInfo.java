package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.types.Shape;

/**
 * What a safetensors header says of one tensor.
 *
 * @param dtype type as written, for instance {@code BF16}
 * @param shape sizes of its axes
 * @param begin first byte, counted from the end of the header
 * @param end byte behind the last one
 */
record TensorInfo(String dtype, Shape shape, long begin, long end) {}
