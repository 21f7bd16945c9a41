package io.github.compacter4j.methods;

/**
 * Compacter: {@link Adapter} of PHM layers that share one A and have B_i of rank one.
 *
 * <p>4 L (r (2 d + 2 k) + k + d) + n^3 parameters, and the norms.
 */
final class Compacter {
  /** The kind of its layers: n = 4, rank 1, shared A. */
  static final PhmLayers LAYERS = PhmLayers.of(4, 1, true);

  private Compacter() {}

  static Method of(MethodOptions given) {
    return AdapterMethod.of(given, AdapterOptions.of(LAYERS, Placement.BOTH));
  }
}
