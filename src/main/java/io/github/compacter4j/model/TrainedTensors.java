package io.github.compacter4j.model;

import ai.djl.nn.Parameter;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors that train, by name; some may pause for a while.
 *
 * <p>A tensor that pauses has no gradient: the optimiser leaves it and its count of steps alone.
 */
public final class TrainedTensors {
  private final SortedMap<String, Parameter> all = new TreeMap<>();
  private final Set<String> paused = new HashSet<>();

  /** Lets a tensor train. */
  void add(String name, Parameter parameter) {
    all.put(name, parameter);
    train(parameter, true);
  }

  /** Switches a tensor's gradient on or off. */
  static void train(Parameter parameter, boolean trains) {
    parameter.freeze(!trains);
    parameter.getArray().setRequiresGradient(trains);
  }

  /** All of them, those that pause included. */
  public SortedMap<String, Parameter> all() {
    return Collections.unmodifiableSortedMap(all);
  }

  /** Those that train at present. */
  public SortedMap<String, Parameter> active() {
    SortedMap<String, Parameter> active = new TreeMap<>(all);
    active.keySet().removeAll(paused);
    return active;
  }

  /** The names of those that pause. */
  public Set<String> paused() {
    return new TreeSet<>(paused);
  }

  /** Takes a tensor out of training, or back in. */
  public void pause(String name, boolean pauses) {
    Parameter parameter = all.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException(name + " does not train");
    }
    if (pauses ? paused.add(name) : paused.remove(name)) {
      train(parameter, !pauses);
    }
  }
}
