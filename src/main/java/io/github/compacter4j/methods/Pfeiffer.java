package io.github.compacter4j.methods;

/**
 * Pfeiffer-Adapter as the paper has it: {@link Adapter} behind self-attention alone.
 *
 * <p>Half of Adapter's parameters, 2 L (2 d k + k + d), and the norms.
 */
final class Pfeiffer {
  private static final AdapterOptions DEFAULTS =
      AdapterOptions.of(new DenseLayers(WeightInit.NORMAL), Placement.ATTENTION);

  private Pfeiffer() {}

  static Method of(MethodOptions given) {
    return AdapterMethod.of(given, DEFAULTS);
  }
}
