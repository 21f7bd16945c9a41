package io.github.compacter4j.methods;

/**
 * AdapterDrop (Rueckle et al., 2021) as the paper has it: {@link Adapter} without the first five of
 * twelve blocks of each stack.
 *
 * <p>Of m blocks that keep theirs: 4 m (2 d k + k + d) parameters, and the norms of all blocks.
 */
final class AdapterDrop {
  private AdapterDrop() {}

  static Method of(MethodOptions given) {
    return AdapterMethod.of(given, Adapter.DEFAULTS.in(BlockRange.UPPER));
  }
}
