package io.github.compacter4j.methods.own;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;

/**
 * The norms alone train, (5 L + 2) d parameters of a T5 and (2 L + 1) 2 d of an encoder: what
 * adapters train beside themselves.
 */
public final class Norms extends Method {
  /** Takes no options. */
  public Norms(MethodSpec given) {
    super(given.allow());
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    plan.train(tensor -> tensor.role() == Role.NORM);
  }
}
