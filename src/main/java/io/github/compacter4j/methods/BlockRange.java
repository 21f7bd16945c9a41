package io.github.compacter4j.methods;

import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.Stack;
import io.github.compacter4j.t5.T5Config;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The blocks of each stack that take adapters, counted from 0.
 *
 * @param first the lowest
 * @param last the highest, inclusive; the model may have fewer
 */
record BlockRange(int first, int last) {
  /** Every block. */
  static final BlockRange ALL = new BlockRange(0, Integer.MAX_VALUE);

  /** AdapterDrop's blocks of T5-base: all but the first five of twelve. */
  static final BlockRange UPPER = new BlockRange(5, 11);

  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})\\.\\.(\\d{1,6})");

  @Override
  public String toString() {
    return equals(ALL) ? "all" : first + ".." + last;
  }

  BlockRange with(MethodOptions given) {
    String text = given.values().getOrDefault("layers", toString());
    if (text.equals("all")) {
      return ALL;
    }
    Matcher m = RANGE.matcher(text);
    if (m.matches() && Integer.parseInt(m.group(1)) <= Integer.parseInt(m.group(2))) {
      return new BlockRange(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }
    throw UserException.usage(
        "method "
            + given.name()
            + ": layers is '"
            + text
            + "', expected all or FIRST..LAST, numbers from 0, for instance "
            + UPPER);
  }

  /**
   * The blocks that the model has; {@link #UPPER}, where the model has none of them, becomes the
   * upper seven twelfths.
   */
  BlockRange resolve(T5Config config) {
    int blocks = Math.max(config.numLayers(), config.numDecoderLayers());
    if (equals(ALL) || last < blocks) {
      return this;
    }
    if (first < blocks) {
      return new BlockRange(first, blocks - 1);
    }
    if (!equals(UPPER)) {
      throw UserException.usage(
          "layers=" + this + " leaves no block; the model has blocks 0.." + (blocks - 1));
    }
    int kept = Math.max(1, Math.round(blocks * 7 / 12f));
    return new BlockRange(blocks - kept, blocks - 1);
  }

  /** The blocks of one stack. */
  IntStream of(Stack stack, T5Config config) {
    return IntStream.range(first, config.layers(stack)).filter(block -> block <= last);
  }
}
