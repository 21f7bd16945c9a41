package io.github.compacter4j.methods;

/**
 * PHM-Adapter: {@link Adapter} of PHM layers, each with an A and full B_i of its own.
 *
 * <p>4 L (2 n^3 + 2 d k / n + k + d) parameters, and the norms.
 */
final class Phm {
  private static final AdapterOptions DEFAULTS =
      AdapterOptions.of(PhmLayers.of(0, 0, false), Placement.BOTH);

  private Phm() {}

  static Method of(MethodOptions given) {
    return AdapterMethod.of(given, DEFAULTS);
  }
}
