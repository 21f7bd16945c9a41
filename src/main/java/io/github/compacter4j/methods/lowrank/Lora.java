package io.github.compacter4j.methods.lowrank;

import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;

/**
 * LoRA (Hu et al., 2021): a product of two thin matrices beside each chosen one,
 *
 * <pre>
 *   y = x W^T + s (drop(x) A^T) B^T        s = alpha / r   A (r, in)   B (out, r)
 * </pre>
 *
 * <p>r (in + out) parameters a matrix; of a T5 with d-wide heads and the default targets 12 L r d.
 * A starts in U(-1/sqrt(in), 1/sqrt(in)), B at zero, so at first nothing changes (as in {@code
 * peft}). No norms train.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}; {@code scale=rs} takes alpha / sqrt(r);
 * {@code dropout} acts on what the factors read; {@code start=pissa} see {@link Pissa}; {@code
 * dora=true} see {@link Dora}.
 */
public final class Lora extends Method {
  /** By what alpha is divided. */
  enum Scale {
    /** r, as the authors do. */
    STANDARD,
    /** The root of r (rsLoRA, Kalajdzievski, 2023), which keeps larger ranks from fading. */
    RS
  }

  /** Where the factors start. */
  enum Begin {
    /** A at random, B at zero. */
    KAIMING,
    /** At the matrix's largest singular values. */
    PISSA
  }

  private final int rank;
  private final double scale; // s
  private final Targets targets;
  private final double dropout;
  private final Begin begin;
  private final boolean dora;

  /**
   * Takes {@code rank}, {@code alpha}, {@code targets}, {@code scale}, {@code dropout}, {@code
   * start} and {@code dora}.
   */
  public Lora(MethodSpec given) {
    super(canonical(given));
    rank = spec().positive("rank", 8);
    boolean rs = given.choice("scale", Scale.STANDARD) == Scale.RS;
    scale = given.positive("alpha", 8.0) / (rs ? Math.sqrt(rank) : rank);
    targets = Targets.QUERIES_AND_VALUES.with(given);
    dropout = given.rate("dropout", 0.0);
    begin = given.choice("start", Begin.KAIMING);
    dora = given.flag("dora", false);
  }

  private static MethodSpec canonical(MethodSpec given) {
    given.allowBesideNorms("rank", "alpha", "targets", "scale", "dropout", "start", "dora");
    return MethodSpec.of("lora")
        .with("rank", given.positive("rank", 8))
        .with("alpha", given.positive("alpha", 8.0))
        .with("targets", Targets.QUERIES_AND_VALUES.with(given))
        .withUnless("scale", given.choice("scale", Scale.STANDARD), Scale.STANDARD)
        .withUnless("dropout", given.rate("dropout", 0.0), 0.0)
        .withUnless("start", given.choice("start", Begin.KAIMING), Begin.KAIMING)
        .withUnless("dora", given.flag("dora", false), false);
  }

  @Override
  public Lora resolve(Anatomy anatomy) {
    targets.requireRank(name(), rank, anatomy);
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets.of(anatomy).forEach(matrix -> insert(new Site(plan, matrix, seed)));
  }

  private void insert(Site site) {
    String weight = site.matrix().name();
    Factors factors = begin == Begin.PISSA ? Pissa.factors(site, rank, scale) : factors(site);
    site.plan()
        .hook(
            hooks ->
                hooks.beside(
                    weight, (pass, x) -> factors.change(pass.dropout(x, dropout), x, scale)));
    if (dora) {
      Dora.insert(site, factors, scale);
    }
  }

  private Factors factors(Site site) {
    Parameter a = site.uniform("lora_A.weight", rank, site.in());
    Parameter b = site.zeros("lora_B.weight", site.out(), rank);
    return Factors.of(a, b);
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
