package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that makes one adapter method differ from another.
 *
 * @param layers of what the adapters consist
 * @param bottleneck their inner width
 * @param blocks which blocks have them
 * @param placement behind which sub-layers of a block they are
 * @param norms which norms of T5 train beside them
 * @param taskPrefix whether the task's name stands before the input
 * @param variant whose function it is
 */
record AdapterOptions(
    AdapterLayers layers,
    Bottleneck bottleneck,
    BlockRange blocks,
    Placement placement,
    TrainedNorms norms,
    boolean taskPrefix,
    Variant variant) {

  /** Whose function the adapters compute. */
  enum Variant {
    /** The paper's: {@code h + dropout(adapter(y))}, y the sub-layer's output. */
    PAPER,
    /**
     * The {@code adapters} library's, with another GELU: {@code adapter(h + dropout(y))}, or behind
     * the sub-layer where norms follow the sum.
     */
    ADAPTERHUB
  }

  /** The common case: behind attention and feed-forward of every block, with all norms training. */
  static AdapterOptions of(AdapterLayers layers, Placement placement) {
    return new AdapterOptions(
        layers,
        Bottleneck.AUTO,
        BlockRange.Named.ALL,
        placement,
        TrainedNorms.ALL,
        false,
        Variant.PAPER);
  }

  /** A copy of these options that keeps to these blocks. */
  AdapterOptions in(BlockRange some) {
    return new AdapterOptions(layers, bottleneck, some, placement, norms, taskPrefix, variant);
  }

  /** All options, sizes first. */
  List<Option> options() {
    List<Option> options = new ArrayList<>(layers.options());
    options.addAll(bottleneck.options());
    options.add(new Option("layers", blocks.toString(), !blocks.equals(BlockRange.Named.ALL)));
    options.add(Option.of("placement", placement));
    options.add(Option.of("norms", norms));
    options.add(Option.of("taskPrefix", taskPrefix));
    if (variant != Variant.PAPER) {
      options.add(Option.of("variant", variant).shown());
    }
    options.sort((a, b) -> Boolean.compare(b.always(), a.always()));
    return options;
  }

  /** A copy of these options with those that are given. */
  AdapterOptions with(MethodSpec given) {
    return new AdapterOptions(
        layers.with(given),
        bottleneck.with(given),
        blocks.with(given),
        given.choice("placement", placement),
        given.choice("norms", norms),
        given.flag("taskPrefix", taskPrefix),
        variant);
  }

  /**
   * A copy of these options with every {@code auto} replaced by what it means, checked for these
   * sizes.
   */
  AdapterOptions resolve(Anatomy anatomy) {
    AdapterLayers some = layers.resolve(anatomy, bottleneck);
    Bottleneck width = bottleneck.resolve(anatomy, some.n());
    if (taskPrefix && anatomy.outputLayer().isEmpty()) {
      throw UserException.usage(
          "taskPrefix has no meaning for this model, which does not read a task's name");
    }
    some.check(anatomy.width(), width.of(anatomy));
    return new AdapterOptions(
        some, width, blocks.resolve(anatomy), placement, norms, taskPrefix, variant);
  }
}
