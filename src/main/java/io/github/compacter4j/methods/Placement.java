package io.github.compacter4j.methods;

import io.github.compacter4j.t5.Site.SubLayer;
import io.github.compacter4j.t5.Stack;
import java.util.List;

/** Behind which sub-layers of a block adapters go. */
enum Placement {
  ATTENTION(List.of(SubLayer.SELF_ATTENTION)),
  FEED_FORWARD(List.of(SubLayer.FEED_FORWARD)),
  BOTH(List.of(SubLayer.SELF_ATTENTION, SubLayer.FEED_FORWARD)),
  /** Cross-attention too, which the paper leaves out. */
  ALL(List.of(SubLayer.values()));

  private final List<SubLayer> subLayers;

  Placement(List<SubLayer> subLayers) {
    this.subLayers = subLayers;
  }

  /** The sub-layers of one block in the order of its computation. */
  List<SubLayer> of(Stack stack) {
    return subLayers.stream()
        .filter(subLayer -> stack == Stack.DECODER || subLayer != SubLayer.CROSS_ATTENTION)
        .toList();
  }
}
