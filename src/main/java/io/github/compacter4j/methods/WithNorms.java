package io.github.compacter4j.methods;

import io.github.compacter4j.UserException;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import java.util.function.Function;

/** A further method whose network's norms train beside it, as {@code norms=all} says. */
final class WithNorms extends Method {
  private static final String NORMS = "norms";

  private enum Trained {
    ALL,
    NONE
  }

  private final Method method;

  private WithNorms(Method method) {
    super(method.spec().with(NORMS, Trained.ALL));
    this.method = method;
  }

  /** The method of a spec, alone or with norms. */
  static Method of(MethodSpec spec, Function<MethodSpec, Method> reader) {
    Method alone = reader.apply(spec.without(NORMS));
    return spec.choice(NORMS, Trained.NONE) == Trained.ALL ? new WithNorms(alone) : alone;
  }

  @Override
  public Method resolve(Anatomy anatomy) {
    return new WithNorms(method.resolve(anatomy));
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    method.plan(plan, anatomy, adapterName, seed);
    if (plan.trainsAll()) {
      throw UserException.usage("method " + method + " trains its norms anyway; leave norms= out");
    }
    plan.train(tensor -> tensor.role() == Role.NORM);
  }

  @Override
  public int promptLength() {
    return method.promptLength();
  }

  @Override
  public boolean needsSeed() {
    return method.needsSeed();
  }

  @Override
  public boolean isFixed(String tensor) {
    return method.isFixed(tensor);
  }

  @Override
  public boolean startsFromAdapter() {
    return method.startsFromAdapter();
  }

  @Override
  public boolean prefixesTask() {
    return method.prefixesTask();
  }
}
