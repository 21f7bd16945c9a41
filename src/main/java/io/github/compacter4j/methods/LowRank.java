package io.github.compacter4j.methods;

/**
 * Adapter-LowRank: {@link Adapter} with weights of rank one.
 *
 * <p>4 L (r (2 d + 2 k) + k + d) parameters, and the norms.
 */
final class LowRank {
  private static final AdapterOptions DEFAULTS =
      AdapterOptions.of(new LowRankLayers(1, WeightInit.GLOROT_UNIFORM), Placement.BOTH);

  private LowRank() {}

  static Method of(MethodOptions given) {
    return AdapterMethod.of(given, DEFAULTS);
  }
}
