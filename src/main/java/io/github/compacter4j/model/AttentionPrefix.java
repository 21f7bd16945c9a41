package io.github.compacter4j.model;

import java.util.function.Function;

/**
 * Keys and values that stand before those of an attention and that every query sees.
 *
 * @param length P, how many
 * @param positions how relative positions count them, in networks that have such
 * @param vectors both (P, heads * width), asked for whenever the attention is computed
 */
public record AttentionPrefix(
    int length, Positions positions, Function<ForwardPass, KeyValues> vectors) {

  /** How relative positions count the keys of a prefix. */
  public enum Positions {
    /** Not at all: such keys get no bias, all others the one that they have without them. */
    NOBIAS,
    /** As if they stood before the text: key j of it and query i are P + i - j apart. */
    CONTINUED,
    /**
     * Keys from the prefix on, queries from the text on, so that each key of the text moves by P.
     */
    SHIFT
  }

  /** Whether the position bias of the network has columns for the prefix. */
  public boolean counts() {
    return positions != Positions.NOBIAS;
  }
}
