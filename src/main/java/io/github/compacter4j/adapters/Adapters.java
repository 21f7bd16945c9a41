package io.github.compacter4j.adapters;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
  private final AdapterSlot slot;
  private final Map<String, AdapterSource> sources = new LinkedHashMap<>();

  private Adapters(Pretrained base) {
    slot = new AdapterSlot(base);
  }

  /** Loads the base model's network, which {@link #close} frees; the model stays the caller's. */
  public static Adapters on(Pretrained base) {
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

  /**
   * Adds an adapter; {@code force} takes an adapter of another base that has all tensors it needs.
   */
  public Adapters add(String name, Path folder, boolean force) {
    return add(name, folder, new RunFolder(folder).task(), force);
  }

  /**
   * Adds an adapter of a task that is defined in Java and known by no name, or whose YAML file is
   * elsewhere by now.
   */
  public Adapters add(String name, Path folder, Task task) {
    return add(name, folder, task, false);
  }

  private Adapters add(String name, Path folder, Task task, boolean force) {
    if (sources.containsKey(name)) {
      throw UserException.usage("there is an adapter '" + name + "' already");
    }
    sources.put(name, AdapterSource.read(base(), new RunFolder(folder), task, force));
    return this;
  }

  /**
   * Puts an adapter to work in place of any other, at the precision of its run.
   *
   * @return what predicts with it, and switches back to it when another was activated meanwhile
   * @throws UserException if the name is unknown or the file does not fit
   */
  public Predictor activate(String name) {
    AdapterSource source = source(name);
    slot.activate(source);
    return new Predictor(slot, source);
  }

  /** Takes the adapter that is at work out, if there is one: the network is the base model. */
  public void deactivate() {
    slot.deactivate();
  }

  /** The name of the adapter at work. */
  public Optional<String> active() {
    return slot.active()
        .flatMap(
            active ->
                sources.entrySet().stream()
                    .filter(each -> each.getValue() == active)
                    .map(Map.Entry::getKey)
                    .findFirst());
  }

  /** The names in the order in which they were added. */
  public Set<String> names() {
    return Collections.unmodifiableSet(sources.keySet());
  }

  /** What is known of an adapter. */
  public AdapterInfo info(String name) {
    return source(name).info();
  }

  private AdapterSource source(String name) {
    AdapterSource source = sources.get(name);
    if (source == null) {
      throw sources.isEmpty()
          ? UserException.usage("unknown adapter '" + name + "'; none was added")
          : Names.unknown("adapter", name, sources.keySet());
    }
    return source;
  }

  /** The base model. */
  public Pretrained base() {
    return slot.base();
  }

  /** The network with the adapter that is at work. */
  public Network network() {
    return slot.network();
  }

  @Override
  public void close() {
    slot.close();
  }
}
