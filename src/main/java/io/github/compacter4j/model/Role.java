package io.github.compacter4j.model;

/** What a tensor of a network does, whatever the family calls it. */
public enum Role {
  /** The embedding of words. */
  EMBEDDING,
  /** Embeddings of positions and of kinds of tokens. */
  POSITION,
  /** The table of biases that attention takes from relative positions. */
  RELATIVE_BIAS,
  /** The projection to queries. */
  Q,
  /** The projection to keys. */
  K,
  /** The projection to values. */
  V,
  /** The projection of what attention has gathered. */
  O,
  /** The first matrix of a feed-forward layer. */
  FF_IN,
  /** The second matrix of a feed-forward layer, in gated ones beside the first. */
  FF_GATE,
  /** The last matrix of a feed-forward layer. */
  FF_OUT,
  /** The scale or the shift of a norm. */
  NORM,
  /** The output layer. */
  HEAD
}
