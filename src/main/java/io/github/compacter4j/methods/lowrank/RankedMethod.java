package io.github.compacter4j.methods.lowrank;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;

/**
 * A method that changes each chosen matrix by itself, with something of a rank; its options {@code
 * rank}, {@code targets} and perhaps {@code alpha} are read from its spec.
 */
abstract class RankedMethod extends Method {
  RankedMethod(MethodSpec spec) {
    super(spec);
  }

  /** A canonical spec with {@code rank} and {@code targets}, queries and values unless given. */
  static MethodSpec ranked(MethodSpec given, int usualRank) {
    return MethodSpec.of(given.name())
        .with("rank", given.positive("rank", usualRank))
        .with("targets", Targets.QUERIES_AND_VALUES.with(given));
  }

  /** A canonical spec with {@code rank}, {@code alpha} and {@code targets}. */
  static MethodSpec ranked(MethodSpec given, int usualRank, double usualAlpha) {
    return MethodSpec.of(given.name())
        .with("rank", given.positive("rank", usualRank))
        .with("alpha", given.positive("alpha", usualAlpha))
        .with("targets", Targets.QUERIES_AND_VALUES.with(given));
  }

  /** r. */
  final int rank() {
    return spec().positive("rank", 1);
  }

  /** {@code alpha / r}. */
  final double scale() {
    return spec().positive("alpha", 1.0) / rank();
  }

  private Targets targets() {
    return Targets.ALL.with(spec());
  }

  @Override
  public final Method resolve(Anatomy anatomy) {
    targets().requireRank(name(), rank(), anatomy);
    return this;
  }

  @Override
  protected final void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets().of(anatomy).forEach(matrix -> insert(new Site(plan, matrix, seed)));
  }

  /** Plans what changes one matrix. */
  abstract void insert(Site site);

  @Override
  public final boolean prefixesTask() {
    return false;
  }
}
