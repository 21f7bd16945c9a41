package io.github.compacter4j.methods.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.lowrank.Targets;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.List;

/**
 * A random mask (after APET's control, Su et al., 2023): so many entries of the chosen matrices,
 * drawn at random, train, and all others do not; {@code W + delta} at those places.
 *
 * <p>Exactly {@code budget} parameters: what any method of that size must beat. Each set of entries
 * is as likely as any other; it is drawn from the seed and is in no file. delta starts at zero, so
 * at first nothing changes. Each matrix's gradient is computed whole. No norms train.
 *
 * <p>Options: {@code budget}, the number of entries; {@code targets}.
 */
public final class Mask extends Method {
  private static final String NAME = "mask_delta";

  private final int budget;
  private final Targets targets;

  /** Takes {@code budget} and {@code targets}. */
  public Mask(MethodSpec given) {
    super(
        MethodSpec.of("mask")
            .with("budget", given.allowBesideNorms("budget", "targets").positive("budget", 10_000))
            .with("targets", Targets.QUERIES_AND_VALUES.with(given)));
    budget = given.positive("budget", 10_000);
    targets = Targets.QUERIES_AND_VALUES.with(given);
  }

  @Override
  public Mask resolve(Anatomy anatomy) {
    long entries = entries(anatomy);
    if (budget > entries) {
      throw UserException.usage(
          "method mask: budget=%d is more than the %d entries of targets=%s; at most those"
              .formatted(budget, entries, targets));
    }
    return this;
  }

  private long entries(Anatomy anatomy) {
    return targets.of(anatomy).stream().mapToLong(matrix -> matrix.shape().size()).sum();
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    Parameter delta = plan.tensor(NAME, new Shape(budget), Initializer.ZEROS);
    plan.hook((hooks, adaptation) -> hook(hooks, adaptation, anatomy, delta, seed));
  }

  private void hook(
      Hooks hooks, Adaptation adaptation, Anatomy anatomy, Parameter delta, long seed) {
    long[] places = new NamedRandom(seed, NAME).sample(entries(anatomy), budget);
    List<TensorSpec> matrices = targets.of(anatomy);
    long start = 0; // of the matrix among all entries
    int first = 0; // of its places among all places
    for (TensorSpec matrix : matrices) {
      long end = start + matrix.shape().size();
      int last = first;
      while (last < budget && places[last] < end) {
        last++;
      }
      if (last > first) {
        long offset = start;
        long[] own = Arrays.stream(places, first, last).map(place -> place - offset).toArray();
        hook(hooks, adaptation.manager(), matrix.name(), own, delta, first);
      }
      first = last;
      start = end;
    }
  }

  private static void hook(
      Hooks hooks, NDManager owner, String name, long[] places, Parameter delta, int first) {
    NDArray index = owner.create(places);
    NDIndex part = new NDIndex(first + ":" + (first + places.length));
    hooks.replace(name, w -> TorchFunctions.addAt(w, index, delta.getArray().get(part)));
  }

  @Override
  public boolean needsSeed() {
    return true;
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
