package io.github.compacter4j.t5;

/**
 * A place behind a sub-layer, before its dropout and the residual sum, where a layer can be
 * inserted.
 *
 * @param stack encoder or decoder
 * @param block number of the block, from 0
 * @param subLayer the sub-layer whose output passes here
 */
public record Site(Stack stack, int block, SubLayer subLayer) {

  /** The sub-layers of a block. */
  public enum SubLayer {
    SELF_ATTENTION,
    CROSS_ATTENTION,
    FEED_FORWARD
  }

  /** Hugging Face's name of the sub-layer, for instance {@code decoder.block.3.layer.2}. */
  public String tensorPrefix() {
    return stack.prefix() + ".block." + block + ".layer." + layer();
  }

  private int layer() {
    return switch (subLayer) {
      case SELF_ATTENTION -> 0;
      case CROSS_ATTENTION -> 1;
      case FEED_FORWARD -> stack == Stack.ENCODER ? 1 : 2;
    };
  }
}
