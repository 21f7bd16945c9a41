package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.model.Plan;
import java.util.Map;

/**
 * A way of adapting a network to a task: a function from the network's anatomy to a plan.
 *
 * <p>A plain value, equal to any other of the same spec. To add one, extend this class and add a
 * line to {@link Methods}.
 */
public abstract class Method {
  private final MethodSpec spec;

  /** A method of this canonical spec. */
  protected Method(MethodSpec spec) {
    this.spec = spec;
  }

  /** The name, for instance {@code compacter++}. */
  public final String name() {
    return spec.name();
  }

  /** The canonical spec, from which {@link Methods#of} makes an equal method. */
  public final MethodSpec spec() {
    return spec;
  }

  /**
   * This method with every {@code auto} replaced by what it means for these sizes.
   *
   * @throws io.github.compacter4j.UserException if the method is impossible for them
   */
  public Method resolve(Anatomy anatomy) {
    return this;
  }

  /** How many trained vectors stand before the input. */
  public int promptLength() {
    return 0;
  }

  /**
   * What the method inserts and trains in a network of these sizes.
   *
   * @param adapterName the part of tensor names that tells adapters apart, usually the task
   * @param seed of the inserted tensors' initial values
   * @throws io.github.compacter4j.UserException if the method is impossible for these sizes
   */
  public final Plan plan(Anatomy anatomy, String adapterName, long seed) {
    Plan plan = new Plan(anatomy);
    resolve(anatomy).plan(plan, anatomy, adapterName, seed);
    return plan;
  }

  /** Fills a plan; nothing is {@code auto} any more and the sizes are checked. */
  protected abstract void plan(Plan plan, Anatomy anatomy, String adapterName, long seed);

  /** Names and shapes of all tensors that train, from the sizes alone. */
  public final Map<String, Shape> trainable(Anatomy anatomy, String adapterName) {
    return plan(anatomy, adapterName, 0).trainable();
  }

  /** Inserts the method's tensors into a network and lets just the plan's tensors train. */
  public final Adaptation applyTo(Network network, String adapterName, long seed) {
    return plan(network.anatomy(), adapterName, seed).applyTo(network);
  }

  /**
   * Whether part of what the method computes is drawn from the seed, does not train and so is in no
   * adapter file; false for most.
   */
  public boolean needsSeed() {
    return false;
  }

  /**
   * Whether a tensor in the adapter's file is no weight but a place, a count or a basis, so that
   * adapters in which it differs have no mean; none for most.
   *
   * @param tensor its name
   */
  public boolean isFixed(String tensor) {
    return false;
  }

  /**
   * Whether a part of the method was trained before, so that a run has to start from an adapter's
   * file; false for most.
   */
  public boolean startsFromAdapter() {
    return false;
  }

  /** Whether the paper puts the task's name before the input: so for methods without adapters. */
  public boolean prefixesTask() {
    return true;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof Method method && spec.equals(method.spec);
  }

  @Override
  public final int hashCode() {
    return spec.hashCode();
  }

  @Override
  public final String toString() {
    return spec.toString();
  }
}
