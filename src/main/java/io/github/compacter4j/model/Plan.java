package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.torch.GradientMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a method inserts into a network and what trains, made from the sizes alone.
 *
 * <p>Counting reads a plan; {@link #applyTo} carries it out. Methods build one call by call:
 *
 * <pre>
 *   new Plan(anatomy).train(tensor -&gt; tensor.role() == Role.NORM)
 * </pre>
 */
public final class Plan {
  private final Anatomy anatomy;
  private final Map<Parameter, Start> inserted = new LinkedHashMap<>();
  private final Map<Parameter, Kept> kept = new HashMap<>();
  private final Map<Parameter, Parameter> ages = new LinkedHashMap<>();
  private final Set<String> own = new LinkedHashSet<>();
  private final List<BiConsumer<Hooks, Adaptation>> hooks = new ArrayList<>();
  private final List<Supplier<NDArray>> penalties = new ArrayList<>();
  private final List<StepRule> rules = new ArrayList<>();
  private boolean all;

  /** A plan that inserts nothing and trains nothing. */
  public Plan(Anatomy anatomy) {
    this.anatomy = anatomy;
  }

  /** The sizes that the plan is for. */
  public Anatomy anatomy() {
    return anatomy;
  }

  // ------------------------------------------------------------------ what trains

  /** Inserts a tensor that trains. */
  public Parameter tensor(String name, Shape shape, Start start) {
    return add(name, shape, start, true);
  }

  /** Inserts a tensor that trains and starts without a look at the network. */
  public Parameter tensor(String name, Shape shape, Initializer start) {
    return tensor(name, shape, Start.of(start));
  }

  /** Inserts a tensor that no gradient changes and that base and seed make again. */
  public Parameter fixed(String name, Shape shape, Start start) {
    return add(name, shape, start, false);
  }

  /** Inserts a tensor that no gradient changes and without which an adapter is not whole. */
  public Parameter kept(String name, Shape shape, Start start) {
    return keep(fixed(name, shape, start), Kept.IN_ADAPTERS);
  }

  /** Inserts what a rule carries from step to step, at first zero; an adapter does without. */
  public Parameter state(String name, Shape shape) {
    return keep(fixed(name, shape, Start.of(Initializer.ZEROS)), Kept.IN_CHECKPOINTS);
  }

  /** Inserts the tensors of a layer that no gradient changes; an adapter's file holds them. */
  public void keep(Block layer) {
    for (Parameter parameter : layer.getParameters().values()) {
      parameter.freeze(true);
      inserted.put(parameter, null);
      keep(parameter, Kept.IN_ADAPTERS);
    }
  }

  private Parameter keep(Parameter parameter, Kept where) {
    kept.put(parameter, where);
    return parameter;
  }

  /**
   * Lets the optimiser count the steps of a tensor's entries one by one, in a state that rules may
   * set back where an entry starts anew.
   *
   * @param shape of the counts: the tensor's, or one that stretches to it
   */
  public Parameter ages(Parameter tensor, Shape shape) {
    Parameter counts = state(tensor.getName() + ".age", shape);
    ages.put(tensor, counts);
    return counts;
  }

  private Parameter add(String name, Shape shape, Start start, boolean trains) {
    Parameter parameter = Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
    parameter.setShape(shape);
    parameter.freeze(!trains);
    inserted.put(parameter, start);
    return parameter;
  }

  /** Inserts the tensors of a layer, each once although several layers share it. */
  public Plan insert(Block layer) {
    layer.getParameters().values().forEach(parameter -> inserted.put(parameter, null));
    return this;
  }

  /** Trains the network's own tensors for which the condition holds. */
  public Plan train(Predicate<TensorSpec> condition) {
    anatomy.tensors().stream().filter(condition).map(TensorSpec::name).forEach(own::add);
    return this;
  }

  /** Trains every tensor of the network; their values before are kept only on request. */
  public Plan trainAll() {
    all = true;
    return train(tensor -> true);
  }

  // ------------------------------------------------------------------ what happens

  /** Fills hooks of the network. */
  public Plan hook(Consumer<Hooks> hook) {
    return hook((filled, adaptation) -> hook.accept(filled));
  }

  /** Fills hooks with what first has to be made for the live network. */
  public Plan hook(BiConsumer<Hooks, Adaptation> hook) {
    hooks.add(hook);
    return this;
  }

  /** Adds a scalar to the loss, computed anew in each step. */
  public Plan penalty(Supplier<NDArray> penalty) {
    penalties.add(penalty);
    return this;
  }

  /** Adds a rule that is asked at four moments of each training step. */
  public Plan eachStep(StepRule rule) {
    rules.add(rule);
    return this;
  }

  // ------------------------------------------------------------------ what comes of it

  /** Names and shapes of all tensors that train, the inserted ones first. */
  public Map<String, Shape> trainable() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    inserted.keySet().stream()
        .filter(Parameter::requiresGradient)
        .forEach(parameter -> shapes.put(parameter.getName(), parameter.getShape()));
    if (!own.isEmpty()) {
      Map<String, Shape> base = anatomy.shapes();
      own.forEach(name -> shapes.put(name, base.get(name)));
    }
    return shapes;
  }

  /** Numbers in the inserted tensors that no gradient changes. */
  public long fixedSize() {
    return inserted.keySet().stream()
        .filter(parameter -> !parameter.requiresGradient())
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  /** Whether the whole network trains. */
  public boolean trainsAll() {
    return all;
  }

  /**
   * Inserts all of it into a network and lets just the plan's tensors train.
   *
   * @param network of the plan's anatomy, without another adaptation; a plan serves one network
   */
  public Adaptation applyTo(Network network) {
    Adaptation adaptation = new Adaptation(network, penalties, rules);
    try (GradientMode off = GradientMode.off()) {
      putInto(adaptation, network);
      return adaptation;
    } catch (RuntimeException e) {
      adaptation.close();
      throw e;
    }
  }

  private void putInto(Adaptation adaptation, Network network) {
    inserted.forEach(
        (parameter, start) ->
            adaptation.insert(parameter, start, kept.getOrDefault(parameter, Kept.NOWHERE)));
    ages.forEach((tensor, counts) -> adaptation.count(tensor.getName(), counts));
    hooks.forEach(hook -> hook.accept(network.hooks(), adaptation));
    if (all) {
      adaptation.trainAll();
    } else {
      own.forEach(adaptation::trainOwn);
    }
  }
}
