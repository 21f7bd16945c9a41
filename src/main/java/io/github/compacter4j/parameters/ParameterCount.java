package io.github.compacter4j.parameters;

import ai.djl.ndarray.types.Shape;
import java.util.Collection;
import java.util.SortedMap;

/**
 * The parameters of one method on one network, without a task's head.
 *
 * @param method its name
 * @param spec its canonical form with every {@code auto} resolved
 * @param trainable parameters that train
 * @param total parameters of the network plus inserted ones
 * @param percent 100 x trainable / parameters of the network, the paper's column
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

    /** Tensors of these shapes. */
    public static Group of(Collection<Shape> shapes) {
      return new Group(shapes.size(), shapes.stream().mapToLong(Shape::size).sum());
    }

    Group plus(long size) {
      return new Group(tensors + 1, params + size);
    }
  }
}
