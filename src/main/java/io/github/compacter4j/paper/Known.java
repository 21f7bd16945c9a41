package io.github.compacter4j.paper;

import java.util.Locale;

/** How a number of the paper is known. */
public enum Known {
  /** It stands in the paper's running text. */
  TEXT("text"),
  /** It stands on a public page that quotes or repeats the paper's measurement. */
  QUOTED("quoted"),
  /** It is remembered from a table of the paper, and not confirmed by the text. */
  RECALLED("recalled"),
  /** It is remembered, not read in the paper again, and agrees with the others of its row. */
  CONSISTENT("recalled, consistent");

  private final String words;

  Known(String words) {
    this.words = words;
  }

  static Known parse(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return words;
  }
}
