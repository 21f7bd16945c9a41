package io.github.compacter4j.notebook;

import java.lang.reflect.Array;
import java.util.StringJoiner;

/** An array as the value of a cell: its entries, which Java itself would not show. */
final class ArrayText {
  private static final int MOST_ENTRIES = 100;

  private ArrayText() {}

  /** Entries of an array, of arrays in it too, the first hundred of each; else the value itself. */
  static Object of(Object value) {
    if (value == null || !value.getClass().isArray()) {
      return value;
    }
    int length = Array.getLength(value);
    StringJoiner entries = new StringJoiner(", ", "[", "]");
    for (int i = 0; i < Math.min(length, MOST_ENTRIES); i++) {
      entries.add(String.valueOf(of(Array.get(value, i))));
    }
    if (length > MOST_ENTRIES) {
      entries.add("... (%,d entries)".formatted(length));
    }
    return entries.toString();
  }
}
