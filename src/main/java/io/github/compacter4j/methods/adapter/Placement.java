package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
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
  List<SubLayer> of(Stack stack, Anatomy anatomy) {
    return anatomy.subLayers(stack).stream().filter(subLayers::contains).toList();
  }
}
