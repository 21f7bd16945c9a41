package io.github.compacter4j.methods.own;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.lowrank.Targets;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import java.util.List;

/**
 * SpIEL (Ansell et al., 2024), sparse fine-tuning with growth by gradient: a share of each matrix's
 * entries trains, and which ones is chosen anew while training goes on, {@code W + delta}.
 *
 * <p>{@code density in out} parameters a matrix; all of delta starts at zero, at places drawn at
 * random. {@link Regrowth} moves them. The places are in the adapter file.
 *
 * <p>Options: {@code density}, {@code targets}; {@code interval} steps between two choices, of
 * which {@code collect} gather gradients; {@code rate}, the share of entries that a choice moves,
 * which falls to zero over the run (the first choice may move all).
 */
public final class Spiel extends Method {
  private final double density;
  private final Targets targets;
  private final int interval;
  private final int collect;
  private final double rate;

  /** Takes {@code density}, {@code targets}, {@code interval}, {@code collect}, {@code rate}. */
  public Spiel(MethodSpec given) {
    this(
        given.allow("density", "targets", "interval", "collect", "rate").positive("density", 0.01),
        Targets.QUERIES_AND_VALUES.with(given),
        given.positive("interval", 20),
        given.positive("collect", 5),
        given.fromZero("rate", 0.2));
  }

  private Spiel(double density, Targets targets, int interval, int collect, double rate) {
    super(
        MethodSpec.of("spiel")
            .with("density", density)
            .with("targets", targets)
            .with("interval", interval)
            .with("collect", collect)
            .with("rate", rate));
    this.density = density;
    this.targets = targets;
    this.interval = interval;
    this.collect = collect;
    this.rate = rate;
  }

  @Override
  public Spiel resolve(Anatomy anatomy) {
    requireAtMost("density", density, 1);
    requireAtMost("rate", rate, 1);
    if (interval == 1) {
      throw UserException.usage("method spiel: interval=1 leaves no step to choose in; at least 2");
    }
    requireAtMost("collect", collect, interval - 1);
    return this;
  }

  private void requireAtMost(String option, double value, int most) {
    if (value > most) {
      throw UserException.usage(
          "method spiel: %s=%s is too large; at most %d"
              .formatted(option, spec().option(option).orElseThrow(), most));
    }
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    List<SparseDelta> deltas =
        targets.of(anatomy).stream()
            .map(matrix -> SparseDelta.insert(plan, matrix, density, seed))
            .toList();
    plan.eachStep(new Regrowth(deltas, interval, collect, rate));
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
