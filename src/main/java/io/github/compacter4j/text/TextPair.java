package io.github.compacter4j.text;

import java.util.Optional;

/**
 * What an encoder reads of a row.
 *
 * @param first the only text, or the first of two
 * @param second the other text, if there is one
 */
public record TextPair(String first, Optional<String> second) {

  /** One text. */
  public static TextPair of(String text) {
    return new TextPair(text, Optional.empty());
  }

  /** Two texts. */
  public static TextPair of(String first, String second) {
    return new TextPair(first, Optional.of(second));
  }

  /** Both texts, for tables. */
  @Override
  public String toString() {
    return second.map(text -> first + " | " + text).orElse(first);
  }
}
