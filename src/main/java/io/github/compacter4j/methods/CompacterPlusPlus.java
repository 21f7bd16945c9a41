package io.github.compacter4j.methods;

import io.github.compacter4j.methods.AdapterOptions.Variant;

/**
 * Compacter++: {@link Compacter} behind feed-forward layers alone.
 *
 * <p>2 L (r (2 d + 2 k) + k + d) + n^3 parameters, and the norms. {@code variant=adapterhub} is
 * what the Python library {@code adapters} calls Compacter++: another function, without norms.
 */
final class CompacterPlusPlus {
  private static final AdapterOptions PAPER =
      AdapterOptions.of(Compacter.LAYERS, Placement.FEED_FORWARD);

  private static final AdapterOptions ADAPTERHUB =
      new AdapterOptions(
          Compacter.LAYERS.with(WeightInit.XAVIER_NORMAL),
          Bottleneck.AUTO,
          BlockRange.ALL,
          Placement.FEED_FORWARD,
          TrainedNorms.NONE,
          false,
          Variant.ADAPTERHUB);

  private CompacterPlusPlus() {}

  static Method of(MethodOptions given) {
    boolean library = given.choice("variant", Variant.PAPER) == Variant.ADAPTERHUB;
    return AdapterMethod.of(given, library ? ADAPTERHUB : PAPER, "variant");
  }
}
