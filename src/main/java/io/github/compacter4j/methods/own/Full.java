package io.github.compacter4j.methods.own;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;

/** Full fine-tuning: every tensor of the network trains, the embedding included. */
public final class Full extends Method {
  /** Takes no options. */
  public Full(MethodSpec given) {
    super(given.allow());
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    plan.trainAll();
  }
}
