/**
 * The one door to libtorch beyond DJL's NDArray: fused functions, seeds, threads, gradient mode.
 */
package io.github.compacter4j.torch;
