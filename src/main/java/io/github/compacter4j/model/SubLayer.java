package io.github.compacter4j.model;

/** The sub-layers of a block. */
public enum SubLayer {
  SELF_ATTENTION,
  CROSS_ATTENTION,
  FEED_FORWARD
}
