package io.github.compacter4j.methods;

/**
 * Adapter (Houlsby et al., 2019): dense bottlenecks behind attention and feed-forward of every
 * block; T5's norms train too.
 *
 * <p>Of L blocks a stack: 4 L (2 d k + k + d) parameters and (5 L + 2) d of norms.
 */
final class Adapter {
  /** Its options, as the reference's {@code adapters.json} has them. */
  static final AdapterOptions DEFAULTS =
      AdapterOptions.of(new DenseLayers(WeightInit.NORMAL), Placement.BOTH);

  private Adapter() {}

  static Method of(MethodOptions given) {
    return AdapterMethod.of(given, DEFAULTS);
  }
}
