package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A plan at work in one network: the tensors that train, those of its head included, until it is
 * removed again.
 */
public final class Adaptation implements AutoCloseable {
  private final Network network;
  private final NDManager manager = Torch.newManager();
  private final TrainedTensors tensors = new TrainedTensors();
  private final SortedMap<String, Parameter> fixed = new TreeMap<>();
  private final SortedMap<String, Parameter> kept = new TreeMap<>();
  private final SortedMap<String, Parameter> state = new TreeMap<>();
  private final SortedMap<String, Parameter> ages = new TreeMap<>();
  private final SortedMap<String, NDArray> originals = new TreeMap<>();
  private final List<Supplier<NDArray>> penalties;
  private final List<StepRule> rules;

  /** Freezes the whole network; the plan then inserts its tensors and says what trains. */
  Adaptation(Network network, List<Supplier<NDArray>> penalties, List<StepRule> rules) {
    this.network = network;
    this.penalties = List.copyOf(penalties);
    this.rules = List.copyOf(rules);
    own().values().forEach(parameter -> TrainedTensors.train(parameter, false));
    network.headTensors().forEach(this::trainAndRemember);
  }

  private Map<String, Parameter> own() {
    return network.weights().parameters();
  }

  private NDArray own(String name) {
    Parameter head = network.headTensors().get(name);
    return head == null ? network.weights().get(name) : head.getArray();
  }

  /** Makes an inserted tensor; it trains unless it is frozen. */
  void insert(Parameter parameter, Start start, Kept where) {
    boolean trains = parameter.requiresGradient();
    if (start != null) {
      parameter.setInitializer(
          (owner, shape, type) -> start.value(network.weights(), owner, shape, type));
    }
    try (NDScope scope = new NDScope()) { // of what a start computes on its way
      scope.suppressNotUsedWarning();
      parameter.initialize(manager, network.dataType());
      Torch.keep(parameter.getArray(), manager);
    }
    if (trains) {
      tensors.add(parameter.getName(), parameter);
    } else {
      TrainedTensors.train(parameter, false);
      fixed.put(parameter.getName(), parameter);
    }
    if (where == Kept.IN_ADAPTERS) {
      kept.put(parameter.getName(), parameter);
    }
    if (where != Kept.NOWHERE) {
      state.put(parameter.getName(), parameter);
    }
  }

  /** Lets the steps of a tensor's entries be counted. */
  void count(String name, Parameter counts) {
    ages.put(name, counts);
  }

  /** Lets one of the network's own tensors train and remembers its value. */
  void trainOwn(String name) {
    trainAndRemember(name, own().get(name));
  }

  private void trainAndRemember(String name, Parameter parameter) {
    remember(name, parameter);
    tensors.add(name, parameter);
  }

  /** Lets the whole network train; removal brings the old values back only if remembered. */
  void trainAll() {
    own().forEach(tensors::add);
  }

  /**
   * Remembers the values of all own tensors that train, so that removal brings the base model back
   * after full fine-tuning too; that takes as much memory as these tensors.
   */
  public void rememberBase() {
    own()
        .forEach(
            (name, parameter) -> {
              if (trainable().containsKey(name) && !originals.containsKey(name)) {
                remember(name, parameter);
              }
            });
  }

  private void remember(String name, Parameter parameter) {
    originals.put(name, Torch.keep(parameter.getArray().duplicate(), manager));
  }

  /** Owner of what a method keeps beside its tensors. */
  public NDManager manager() {
    return manager;
  }

  /** The network it works in. */
  public Network network() {
    return network;
  }

  /** The tensors that train, by name. */
  public SortedMap<String, Parameter> trainable() {
    return tensors.all();
  }

  /** The tensors that train, of which some may pause. */
  public TrainedTensors tensors() {
    return tensors;
  }

  /** The inserted tensors that no gradient changes, by name; rules may change them. */
  public SortedMap<String, Parameter> fixed() {
    return Collections.unmodifiableSortedMap(fixed);
  }

  /**
   * What an adapter's file holds, by name: the tensors that train, and those fixed ones that base
   * and seed do not make again.
   */
  public SortedMap<String, Parameter> kept() {
    return withTrainable(kept);
  }

  /** What a checkpoint holds, by name: what an adapter does, and what rules carry on. */
  public SortedMap<String, Parameter> state() {
    return withTrainable(state);
  }

  private SortedMap<String, Parameter> withTrainable(Map<String, Parameter> others) {
    SortedMap<String, Parameter> all = new TreeMap<>(trainable());
    all.putAll(others);
    return Collections.unmodifiableSortedMap(all);
  }

  /** Where the steps of single entries are counted, by the name of the tensor that trains. */
  public SortedMap<String, Parameter> ages() {
    return Collections.unmodifiableSortedMap(ages);
  }

  /** What the loss grows by, a scalar that carries gradients; empty for most methods. */
  public Optional<NDArray> penalty() {
    return penalties.stream().map(Supplier::get).reduce(NDArray::add);
  }

  /** What happens at the moments of a training step, in order; empty for most methods. */
  public List<StepRule> rules() {
    return rules;
  }

  /** Takes the inserted layers out and puts back the own tensors that were trained in part. */
  @Override
  public void close() {
    if (!manager.isOpen()) {
      return;
    }
    network.hooks().clear();
    trainable().values().forEach(parameter -> TrainedTensors.train(parameter, false));
    originals.forEach((name, original) -> TorchFunctions.copy(original, own(name)));
    manager.close();
  }
}
