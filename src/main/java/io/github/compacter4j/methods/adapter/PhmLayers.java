package io.github.compacter4j.methods.adapter;

import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.phm.PhmLinear;
import io.github.compacter4j.phm.PhmRule;
import io.github.compacter4j.torch.RandomInitializer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * PHM layers {@code H = sum_i A_i (x) B_i}, of low rank where {@code B_i = s_i t_i}.
 *
 * @param fixedN n, the number of Kronecker products; empty for {@code auto}: 12 where it divides,
 *     else 4
 * @param rank r of each B_i, or 0 for full ones
 * @param shareA whether all layers of the model have one A
 * @param factoriseA whether each A_i is a product of (n, 1) and (1, n)
 * @param shareB whether all down-projections have one B, or s and t, and all up-projections one
 * @param learnA whether A trains
 * @param init where B, or s and t, start
 * @param initA where A starts
 */
record PhmLayers(
    OptionalInt fixedN,
    int rank,
    boolean shareA,
    boolean factoriseA,
    boolean shareB,
    boolean learnA,
    WeightInit init,
    RuleInit initA)
    implements AdapterLayers {
  private static final int[] AUTOMATIC = {12, 4};

  /** The reference's {@code phm_init_range}: a shared A starts next to nothing. */
  private static final double INIT_RANGE = 1e-4;

  /** What the reference takes instead for an A of one layer and for a shared B. */
  private static final double FIXED_RANGE = 0.01;

  /** Where A starts. */
  enum RuleInit {
    NORMAL,
    UNIFORM
  }

  /**
   * Layers with the reference's initial values, all of B their own, and an A that trains.
   *
   * @param fixedN n, or empty for {@code auto}
   */
  static PhmLayers of(OptionalInt fixedN, int rank, boolean shareA) {
    return new PhmLayers(
        fixedN, rank, shareA, false, false, true, WeightInit.GLOROT_UNIFORM, RuleInit.NORMAL);
  }

  PhmLayers with(WeightInit other) {
    return new PhmLayers(fixedN, rank, shareA, factoriseA, shareB, learnA, other, initA);
  }

  @Override
  public List<Option> options() {
    List<Option> options = new ArrayList<>();
    options.add(Option.size("n", fixedN.isPresent() ? n() : "auto"));
    if (rank > 0) {
      options.add(Option.size("rank", rank));
    }
    options.add(Option.of("shareA", shareA));
    options.add(Option.of("factoriseA", factoriseA));
    options.add(Option.of("shareB", shareB));
    options.add(Option.of("learnA", learnA));
    options.add(Option.of("init", init));
    options.add(Option.of("initA", initA));
    return options;
  }

  @Override
  public PhmLayers with(MethodSpec given) {
    return new PhmLayers(
        fixedN.isEmpty() ? given.positiveOrAuto("n") : OptionalInt.of(given.positive("n", n())),
        given.positive("rank", rank),
        given.flag("shareA", shareA),
        given.flag("factoriseA", factoriseA),
        given.flag("shareB", shareB),
        given.flag("learnA", learnA),
        given.choice("init", init),
        given.choice("initA", initA));
  }

  @Override
  public PhmLayers resolve(Anatomy anatomy, Bottleneck bottleneck) {
    if (fixedN.isPresent()) {
      return this;
    }
    int resolved = bottleneck.allows(anatomy, AUTOMATIC[0]) ? AUTOMATIC[0] : AUTOMATIC[1];
    return new PhmLayers(
        OptionalInt.of(resolved), rank, shareA, factoriseA, shareB, learnA, init, initA);
  }

  @Override
  public int n() {
    return fixedN.orElseThrow();
  }

  @Override
  public void check(int d, int k) {
    if (rank > Math.min(d, k) / n()) {
      throw UserException.usage(
          "rank="
              + rank
              + " is larger than a block of the bottleneck, "
              + k
              + "/"
              + n()
              + " = "
              + k / n());
    }
  }

  @Override
  public Maker maker(long seed) {
    PhmRule shared = shareA ? rule(seed, "") : null;
    Map<String, List<Parameter>> matrices = new HashMap<>();
    return (side, in, out, prefix) ->
        PhmLinear.builder()
            .setUnits(in, out)
            .setRule(shareA ? shared : rule(seed, prefix))
            .optMatrices(
                shareB
                    ? matrices.computeIfAbsent(side, s -> matrices(in, out, seed, "W_" + s))
                    : matrices(in, out, seed, prefix + "W"))
            .optName(prefix, seed)
            .build();
  }

  private List<Parameter> matrices(int in, int out, long seed, String name) {
    RandomInitializer initializer = init.of(shareB ? FIXED_RANGE : INIT_RANGE);
    return PhmLinear.matrices(n(), in, out, rank, initializer, seed, name);
  }

  private PhmRule rule(long seed, String prefix) {
    RandomInitializer initializer =
        switch (initA) {
          case NORMAL -> RandomInitializer.normal(shareA ? INIT_RANGE : FIXED_RANGE);
          case UNIFORM -> RandomInitializer.uniform(shareA ? 1 : FIXED_RANGE);
        };
    PhmRule rule =
        factoriseA
            ? PhmRule.factorised(n(), initializer, seed, prefix)
            : PhmRule.full(n(), initializer, seed, prefix);
    rule.parameters().forEach(parameter -> parameter.freeze(!learnA));
    return rule;
  }
}
