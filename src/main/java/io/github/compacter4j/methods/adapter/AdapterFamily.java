package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.adapter.AdapterOptions.Variant;
import java.util.List;
import java.util.OptionalInt;

/**
 * The methods that put bottlenecks behind sub-layers (Houlsby et al., 2019), each a set of default
 * options; the network's norms train too.
 *
 * <p>Counts are those of a T5 with L blocks in each stack, of width d and bottleneck k; the (5 L +
 * 2) d parameters of the norms come on top. An encoder of one stack has half as many adapters and
 * (2 L + 1) 2 d parameters of norms.
 */
public final class AdapterFamily {
  private static final PhmLayers COMPACTER_LAYERS = PhmLayers.of(OptionalInt.of(4), 1, true);

  private static final AdapterOptions ADAPTER =
      AdapterOptions.of(new DenseLayers(WeightInit.NORMAL), Placement.BOTH);

  private static final AdapterOptions PFEIFFER =
      AdapterOptions.of(new DenseLayers(WeightInit.NORMAL), Placement.ATTENTION);

  private static final AdapterOptions LOWRANK =
      AdapterOptions.of(new LowRankLayers(1, WeightInit.GLOROT_UNIFORM), Placement.BOTH);

  private static final AdapterOptions PHM =
      AdapterOptions.of(PhmLayers.of(OptionalInt.empty(), 0, false), Placement.BOTH);

  private static final AdapterOptions COMPACTER =
      AdapterOptions.of(COMPACTER_LAYERS, Placement.BOTH);

  private static final AdapterOptions COMPACTER_PLUS_PLUS =
      AdapterOptions.of(COMPACTER_LAYERS, Placement.FEED_FORWARD);

  private static final AdapterOptions ADAPTERHUB =
      new AdapterOptions(
          COMPACTER_LAYERS.with(WeightInit.XAVIER_NORMAL),
          Bottleneck.AUTO,
          BlockRange.Named.ALL,
          Placement.FEED_FORWARD,
          TrainedNorms.NONE,
          false,
          Variant.ADAPTERHUB);

  private AdapterFamily() {}

  /** The names of the options of dense adapters. */
  static List<String> denseOptions() {
    return ADAPTER.options().stream().map(Option::name).toList();
  }

  /**
   * Adapter, as the reference's {@code adapters.json} has it: dense bottlenecks behind attention
   * and feed-forward of every block, 4 L (2 d k + k + d) parameters.
   */
  public static Method adapter(MethodSpec given) {
    return AdapterMethod.of(given, ADAPTER);
  }

  /**
   * Pfeiffer-Adapter as the paper has it: behind self-attention alone, 2 L (2 d k + k + d)
   * parameters.
   */
  public static Method pfeiffer(MethodSpec given) {
    return AdapterMethod.of(given, PFEIFFER);
  }

  /**
   * AdapterDrop (Rueckle et al., 2021) as the paper has it: without the first five of twelve blocks
   * of each stack; m blocks keep theirs, 4 m (2 d k + k + d) parameters.
   */
  public static Method adapterDrop(MethodSpec given) {
    return AdapterMethod.of(given, ADAPTER.in(BlockRange.Named.AUTO));
  }

  /** Adapter-LowRank: weights of rank r = 1, 4 L (r (2 d + 2 k) + k + d) parameters. */
  public static Method lowRank(MethodSpec given) {
    return AdapterMethod.of(given, LOWRANK);
  }

  /**
   * PHM-Adapter: PHM layers, each with an A and full B_i of its own, 4 L (2 n^3 + 2 d k / n + k +
   * d) parameters.
   */
  public static Method phm(MethodSpec given) {
    return AdapterMethod.of(given, PHM);
  }

  /**
   * Compacter: PHM layers that share one A and have B_i of rank one, 4 L (r (2 d + 2 k) + k + d) +
   * n^3 parameters.
   */
  public static Method compacter(MethodSpec given) {
    return AdapterMethod.of(given, COMPACTER);
  }

  /**
   * Compacter++: Compacter behind feed-forward layers alone, 2 L (r (2 d + 2 k) + k + d) + n^3
   * parameters. {@code variant=adapterhub} is what the Python library {@code adapters} calls
   * Compacter++: another function, without norms.
   */
  public static Method compacterPlusPlus(MethodSpec given) {
    boolean library = given.choice("variant", Variant.PAPER) == Variant.ADAPTERHUB;
    return AdapterMethod.of(given, library ? ADAPTERHUB : COMPACTER_PLUS_PLUS, "variant");
  }
}
