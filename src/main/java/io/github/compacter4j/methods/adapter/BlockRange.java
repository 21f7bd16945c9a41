package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Stack;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Which blocks of each stack take adapters, counted from 0. */
sealed interface BlockRange {

  /** What needs no numbers. */
  enum Named implements BlockRange {
    /** Every block. */
    ALL,
    /**
     * AdapterDrop's: all but the lowest five of twelve. With two stacks 5..11 as far as the model
     * has them, and where it has none the upper seven twelfths; with one stack from floor(5 L / 12)
     * up.
     */
    AUTO;

    @Override
    public String toString() {
      return this == ALL ? "all" : "auto";
    }
  }

  /**
   * Blocks by their numbers.
   *
   * @param first the lowest
   * @param last the highest, inclusive; a stack may have fewer
   */
  record Range(int first, int last) implements BlockRange {
    @Override
    public String toString() {
      return first + ".." + last;
    }
  }

  /** The range that is given, or this one. */
  default BlockRange with(MethodSpec given) {
    String text = given.option("layers").orElse(toString());
    for (Named named : Named.values()) {
      if (named.toString().equals(text)) {
        return named;
      }
    }
    Matcher m = Pattern.compile("(\\d{1,6})\\.\\.(\\d{1,6})").matcher(text);
    if (m.matches() && Integer.parseInt(m.group(1)) <= Integer.parseInt(m.group(2))) {
      return new Range(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }
    throw UserException.usage(
        "method "
            + given.name()
            + ": layers is '"
            + text
            + "', expected all, auto or FIRST..LAST, numbers from 0, for instance 5..11");
  }

  /** The blocks that the model has; a range that a user wrote is cut, never moved. */
  default BlockRange resolve(Anatomy anatomy) {
    int blocks = anatomy.stacks().stream().mapToInt(anatomy::blocks).max().orElseThrow();
    if (this == Named.AUTO) {
      return automatic(blocks, anatomy.stacks().size());
    }
    if (this instanceof Range range) {
      if (range.first >= blocks) {
        throw UserException.usage(
            "layers=" + this + " leaves no block; the model has blocks 0.." + (blocks - 1));
      }
      return new Range(range.first, Math.min(range.last, blocks - 1));
    }
    return this;
  }

  private static Range automatic(int blocks, int stacks) {
    if (stacks == 1) {
      return new Range(5 * blocks / 12, blocks - 1);
    }
    int kept = Math.max(1, Math.round(blocks * 7 / 12f));
    return new Range(blocks > 5 ? 5 : blocks - kept, Math.min(11, blocks - 1));
  }

  /** The blocks of one stack, of a resolved range. */
  default IntStream of(Stack stack, Anatomy anatomy) {
    IntStream all = IntStream.range(0, anatomy.blocks(stack));
    return this instanceof Range range
        ? all.filter(block -> block >= range.first && block <= range.last)
        : all;
  }
}
