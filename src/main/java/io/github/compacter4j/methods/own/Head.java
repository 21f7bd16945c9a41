package io.github.compacter4j.methods.own;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;

/**
 * The output layer alone trains, V d parameters, or where there is none the task's head alone; a
 * reference beyond the paper's methods.
 */
public final class Head extends Method {
  /** Takes no options. */
  public Head(MethodSpec given) {
    super(given.allow());
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    // In a tied model this is the embedding: the one matrix trains in both of its uses, as in the
    // reference code when it unfreezes lm_head.
    anatomy.outputLayer().ifPresent(layer -> plan.train(t -> t.name().equals(layer.tensor())));
  }
}
