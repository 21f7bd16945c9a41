package io.github.compacter4j.methods.own;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
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
  /** Takes {@code density}, {@code targets}, {@code interval}, {@code collect}, {@code rate}. */
  public Spiel(MethodSpec given) {
    super(canonical(given.allowBesideNorms("density", "targets", "interval", "collect", "rate")));
  }

  private static MethodSpec canonical(MethodSpec given) {
    return MethodSpec.of("spiel")
        .with("density", given.positive("density", 0.01))
        .with("targets", Targets.QUERIES_AND_VALUES.with(given))
        .with("interval", given.positive("interval", 20))
        .with("collect", given.positive("collect", 5))
        .with("rate", given.fromZero("rate", 0.2));
  }

  @Override
  public Spiel resolve(Anatomy anatomy) {
    requireAtMost("density", 1);
    requireAtMost("rate", 1);
    if (whole("interval") == 1) {
      throw UserException.usage("method spiel: interval=1 leaves no step to choose in; at least 2");
    }
    requireAtMost("collect", whole("interval") - 1);
    return this;
  }

  private double number(String option) {
    return spec().fromZero(option, 0.0);
  }

  private int whole(String option) {
    return spec().positive(option, 1);
  }

  private void requireAtMost(String option, int most) {
    if (number(option) > most) {
      throw UserException.usage(
          "method spiel: %s=%s is too large; at most %d"
              .formatted(option, spec().option(option).orElseThrow(), most));
    }
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    List<SparseDelta> deltas =
        Targets.ALL.with(spec()).of(anatomy).stream()
            .map(matrix -> SparseDelta.insert(plan, matrix, number("density"), seed))
            .toList();
    Parameter trained = plan.state("sft_trained", new Shape(1));
    Regrowth.Times times = new Regrowth.Times(whole("interval"), whole("collect"));
    plan.eachStep(new Regrowth(deltas, times, number("rate"), trained));
  }

  @Override
  public boolean isFixed(String tensor) {
    return tensor.endsWith(SparseDelta.PLACES);
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
