package io.github.compacter4j.methods.own;

import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.torch.GradientMode;
import java.util.List;

/**
 * SpIEL's phases (section 3.1): the gradient of whole matrices is gathered for some steps, then the
 * smallest values give way to the entries with the largest gradients.
 *
 * <p>As in the authors' code the first phase gathers {@code collect} gradients and may move all
 * values, unless they were trained before; later ones begin a step earlier and gather one more.
 *
 * @param deltas one for each matrix
 * @param times when they move
 * @param rate share of the values that moves, times the share of the run that is left
 * @param trained (1): 1 where the values were not zero before the first step
 */
record Regrowth(List<SparseDelta> deltas, Times times, double rate, Parameter trained)
    implements StepRule {
  /**
   * When values move.
   *
   * @param interval steps of a phase
   * @param collect steps of a phase behind which they do
   */
  record Times(int interval, int collect) {}

  /** The step's number in its phase, from 0, the gathering step before it. */
  private int inPhase(Step step) {
    return (step.number() + 1) % times.interval;
  }

  private boolean gathers(Step step) {
    return inPhase(step) <= times.collect;
  }

  @Override
  public void beforeForward(Step step) {
    if (step.number() == 0 && deltas.stream().anyMatch(SparseDelta::isTrained)) {
      without(() -> trained.getArray().addi(1));
    }
    if (gathers(step)) {
      deltas.forEach(SparseDelta::watch);
    }
  }

  @Override
  public void afterBackward(Step step) {
    if (gathers(step)) {
      boolean first = step.number() == 0 || inPhase(step) == 0;
      without(() -> deltas.forEach(delta -> delta.gather(first)));
    }
  }

  @Override
  public void afterUpdate(Step step) {
    if (inPhase(step) == times.collect) {
      boolean firstPhase = step.number() < times.interval;
      double left = 1 - (step.number() + 1.0) / step.total();
      double share = firstPhase && trained.getArray().eq(0).all().getBoolean() ? 1 : rate * left;
      int gradients = firstPhase ? times.collect : times.collect + 1;
      without(() -> deltas.forEach(delta -> delta.move(share, gradients, step.moments())));
    }
  }

  private static void without(Runnable gradients) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      gradients.run();
    }
  }
}
