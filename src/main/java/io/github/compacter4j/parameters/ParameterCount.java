package io.github.compacter4j.parameters;

import java.util.SortedMap;

/**
 * The parameters of one method on one T5.
 *
 * @param method its name
 * @param spec its canonical form with every {@code auto} resolved
 * @param trainable parameters that train
 * @param total parameters of T5 plus inserted ones
 * @param percent 100 x trainable / parameters of T5, the paper's column
 * @param groups the trainable ones by kind of tensor
 */
public record ParameterCount(
    String method,
    String spec,
    long trainable,
    long total,
    double percent,
    SortedMap<String, Group> groups) {

  /**
   * Tensors of one kind.
   *
   * @param tensors how many
   * @param params their parameters
   */
  public record Group(int tensors, long params) {
    Group plus(long size) {
      return new Group(tensors + 1, params + size);
    }
  }
}
