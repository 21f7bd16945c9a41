package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** A method at work in one network: the tensors that train, until it is removed again. */
public final class Adaptation implements AutoCloseable {
  private final T5Network network;
  private final NDManager manager = Torch.newManager();
  private final SortedMap<String, Parameter> trainable = new TreeMap<>();
  private final SortedMap<String, NDArray> originals = new TreeMap<>();

  /** Freezes the whole network; a method then inserts its layers and says what trains. */
  Adaptation(T5Network network) {
    this.network = network;
    network.weights().parameters().values().forEach(parameter -> train(parameter, false));
  }

  /** Makes the tensors of an inserted layer and lets those train that are not frozen. */
  void insert(Block layer) {
    layer.getParameters().values().forEach(this::insert);
  }

  /** Makes one inserted tensor, unless it exists because it is shared; it trains unless frozen. */
  void insert(Parameter parameter) {
    if (!parameter.isInitialized()) {
      parameter.initialize(manager, network.dataType());
    }
    boolean trains = parameter.requiresGradient();
    train(parameter, trains);
    if (trains) {
      trainable.put(parameter.getName(), parameter);
    }
  }

  /** Makes one inserted tensor with the given start and lets it train. */
  Parameter insert(String name, Shape shape, Initializer start) {
    Parameter parameter =
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optInitializer(start)
            .build();
    parameter.setShape(shape);
    insert(parameter);
    return parameter;
  }

  /** Owner of what a method keeps beside the tensors that train. */
  NDManager manager() {
    return manager;
  }

  /** Lets one of T5's own tensors train and remembers its value. */
  void trainOwn(String name) {
    Parameter parameter = network.weights().parameters().get(name);
    remember(name, parameter);
    train(parameter, true);
    trainable.put(name, parameter);
  }

  /**
   * Remembers the values of all own tensors that train, so that removal brings the base model back
   * after full fine-tuning too; that takes as much memory as these tensors.
   */
  public void rememberBase() {
    network
        .weights()
        .parameters()
        .forEach(
            (name, parameter) -> {
              if (trainable.containsKey(name) && !originals.containsKey(name)) {
                remember(name, parameter);
              }
            });
  }

  private void remember(String name, Parameter parameter) {
    originals.put(name, Torch.keep(parameter.getArray().duplicate(), manager));
  }

  /** Lets all of T5 train; removal brings the old values back only if they are remembered. */
  void trainAll() {
    network
        .weights()
        .parameters()
        .forEach(
            (name, parameter) -> {
              train(parameter, true);
              trainable.put(name, parameter);
            });
  }

  private static void train(Parameter parameter, boolean trains) {
    parameter.freeze(!trains);
    parameter.getArray().setRequiresGradient(trains);
  }

  /** The network it works in. */
  public T5Network network() {
    return network;
  }

  /** The tensors that train, by name. */
  public SortedMap<String, Parameter> trainable() {
    return Collections.unmodifiableSortedMap(trainable);
  }

  /** Takes the inserted layers out and puts back the tensors of T5 that were trained in part. */
  @Override
  public void close() {
    if (!manager.isOpen()) {
      return;
    }
    network.sites().clear();
    trainable.values().forEach(parameter -> train(parameter, false));
    originals.forEach(
        (name, original) -> TorchFunctions.copy(original, network.weights().get(name)));
    manager.close();
  }
}
