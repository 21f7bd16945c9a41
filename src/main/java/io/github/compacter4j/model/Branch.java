package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;

/** A function beside a projection: its value is added to the projection's. */
public interface Branch {

  /** Of what the projection reads, (..., in), to what is added to its output, (..., out). */
  NDArray apply(ForwardPass pass, NDArray x);
}
