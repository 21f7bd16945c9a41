package io.github.compacter4j.adapters;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Adaptation;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Trained adapters on one base model that is loaded once; at most one is at work at a time.
 *
 * <pre>
 *   try (Adapters adapters = Adapters.on(model).add("a", runA).add("b", runB)) {
 *     adapters.activate("a").predict("a film to forget");
 *     adapters.activate("b").predict("a film to forget");
 *   }
 * </pre>
 *
 * <p>An adapter's file is read whenever it is activated, so one that is not at work takes no
 * memory. A switch brings the base model back bit for bit: inserted layers are taken out, and T5's
 * own tensors that the method trains get their values back, of which a copy is kept meanwhile; for
 * {@code full} that is the size of the whole model. After a run with frozen matrices in bfloat16
 * the base model is read anew.
 */
public final class Adapters implements AutoCloseable {
  private record Entry(RunFolder folder, AdapterInfo info, FineTuning plan) {}

  private final T5 base;
  private T5Network network;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private Adaptation adaptation;
  private String active;
  private boolean narrow; // whether the network's frozen matrices are in bfloat16

  private Adapters(T5 base) {
    this.base = base;
    network = base.newNetwork();
  }

  /** Loads the base model's network, which {@link #close} frees; the model stays the caller's. */
  public static Adapters on(T5 base) {
    return new Adapters(base);
  }

  /**
   * Adds an adapter under a name of one's choice.
   *
   * @param folder a run, or any folder with {@code adapter.safetensors} and {@code adapter.json}
   * @throws UserException if the name is taken, there is no adapter, or it was trained on another
   *     base
   */
  public Adapters add(String name, Path folder) {
    return add(name, folder, false);
  }

  /** The same; {@code force} takes an adapter of another base that has all tensors it needs. */
  public Adapters add(String name, Path folder, boolean force) {
    return add(name, folder, Tasks::named, force);
  }

  /** The same for an adapter of a task that is defined in Java and known by no name. */
  public Adapters add(String name, Path folder, Task task) {
    return add(name, folder, task, false);
  }

  Adapters add(String name, Path folder, Task task, boolean force) {
    return add(name, folder, absent -> task, force);
  }

  private Adapters add(String name, Path folder, Function<String, Task> tasks, boolean force) {
    if (entries.containsKey(name)) {
      throw UserException.usage("there is an adapter '" + name + "' already");
    }
    RunFolder source = new RunFolder(folder);
    AdapterInfo info = source.readAdapterInfo();
    if (!force) {
      info.requireBase(folder, base.identity());
    }
    entries.put(name, new Entry(source, info, plan(source, info, tasks)));
    return this;
  }

  /** Lengths and data as the run had them; an adapter without a run gets its task's usual ones. */
  private FineTuning plan(RunFolder folder, AdapterInfo info, Function<String, Task> tasks) {
    if (!folder.exists()) {
      return FineTuning.of(base, info.spec(), tasks.apply(info.task())).seed(info.seed());
    }
    RunConfig config = folder.readConfig();
    return FineTuning.onAnyBase(base, config, tasks.apply(config.task()));
  }

  /**
   * Puts an adapter to work in place of any other, at the precision of its run.
   *
   * @return what predicts with it, and switches back to it when another was activated meanwhile
   * @throws UserException if the name is unknown or the file does not fit
   */
  public Predictor activate(String name) {
    FineTuning plan = entry(name).plan();
    activate(name, plan.precision().equals("bf16"));
    return new Predictor(this, name, plan);
  }

  /** The same in float32, whatever the run's precision was. */
  void activateWide(String name) {
    activate(name, false);
  }

  private void activate(String name, boolean bf16) {
    if (name.equals(active) && narrow == bf16) {
      return;
    }
    deactivate();
    Entry entry = entry(name);
    AdapterInfo info = entry.info();
    adaptation = entry.plan().method().applyTo(network, info.task(), info.seed());
    try {
      adaptation.rememberBase();
      AdapterFile.read(entry.folder().adapter(), adaptation.trainable());
    } catch (RuntimeException e) {
      deactivate();
      throw e;
    }
    if (bf16) {
      network.weights().keepFrozenMatricesInBfloat16();
      narrow = true;
    }
    active = name;
  }

  /** Takes the adapter that is at work out, if there is one: the network is the base model. */
  public void deactivate() {
    active = null;
    if (adaptation != null) {
      adaptation.close();
      adaptation = null;
    }
    if (narrow) { // there is no way back
      network.close();
      network = base.newNetwork();
      narrow = false;
    }
  }

  /** The name of the adapter at work. */
  public Optional<String> active() {
    return Optional.ofNullable(active);
  }

  /** The names in the order in which they were added. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** What is known of an adapter. */
  public AdapterInfo info(String name) {
    return entry(name).info();
  }

  /** The folder of an adapter. */
  RunFolder folder(String name) {
    return entry(name).folder();
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw entries.isEmpty()
          ? UserException.usage("unknown adapter '" + name + "'; none was added")
          : Names.unknown("adapter", name, entries.keySet());
    }
    return entry;
  }

  /** The base model. */
  public T5 base() {
    return base;
  }

  /** The network with the adapter that is at work. */
  public T5Network network() {
    return network;
  }

  /** The adapter at work. */
  Adaptation adaptation() {
    return adaptation;
  }

  @Override
  public void close() {
    if (adaptation != null) {
      adaptation.close();
    }
    network.close();
  }
}
