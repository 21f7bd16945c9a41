package io.github.compacter4j.train;

import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.StepRule;
import java.util.List;
import java.util.function.IntFunction;

/** One step of training: gradients, clipping and update, with the method's rules in between. */
public final class TrainingStep {
  private final Adaptation adaptation;
  private final List<StepRule> rules;
  private final AdamW optimizer;
  private final int total;
  private final long seed;

  /**
   * What a step showed.
   *
   * @param loss with what the method adds to it
   * @param rows training rows
   * @param norm of all gradients before clipping
   */
  public record Taken(double loss, int rows, double norm) {}

  /**
   * Steps with the adaptation's own rules.
   *
   * @param total steps of the run
   * @param seed of the run
   */
  public TrainingStep(Adaptation adaptation, AdamW optimizer, int total, long seed) {
    this(adaptation, adaptation.rules(), optimizer, total, seed);
  }

  /** Steps with these rules. */
  TrainingStep(Adaptation adaptation, List<StepRule> rules, AdamW optimizer, int total, long seed) {
    this.adaptation = adaptation;
    this.rules = rules;
    this.optimizer = optimizer;
    this.total = total;
    this.seed = seed;
  }

  /**
   * Takes a step.
   *
   * @param step its number, from 0
   * @param rate of learning
   * @param gradients adds the gradients of a step, which are zero before
   * @throws NonFiniteException if the loss or the gradients' norm is not finite
   */
  public Taken take(int step, double rate, IntFunction<StepGradients.Sum> gradients) {
    StepRule.Step now = new StepRule.Step(step, total, rate, seed, adaptation.tensors(), optimizer);
    rules.forEach(rule -> rule.beforeForward(now));
    optimizer.begin();
    StepGradients.Sum sum = gradients.apply(step);
    rules.forEach(rule -> rule.afterBackward(now));
    double norm = optimizer.clip(step + 1);
    rules.forEach(rule -> rule.afterClipping(now));
    optimizer.update(rate);
    rules.forEach(rule -> rule.afterUpdate(now));
    optimizer.zeroGradients();
    return new Taken(sum.loss(), sum.rows(), norm);
  }
}
