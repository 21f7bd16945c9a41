package io.github.compacter4j.methods.adapter;

import java.util.Locale;

/**
 * One option of an adapter method with its value.
 *
 * @param name as written in a spec
 * @param value in canonical form, or null for an option that has none at present
 * @param always whether a spec shows it even where it has the method's default
 */
record Option(String name, String value, boolean always) {

  /** A size: a spec always shows it. */
  static Option size(String name, Object value) {
    return new Option(name, value.toString(), true);
  }

  /** An option that a spec shows where it differs from the method's default. */
  static Option of(String name, Object value) {
    String text = value.toString();
    return new Option(
        name,
        value instanceof Enum<?> ? text.toLowerCase(Locale.ROOT).replace('_', '-') : text,
        false);
  }

  /** An option that is known and at present replaced by another. */
  static Option absent(String name) {
    return new Option(name, null, false);
  }

  /** This option, shown in every spec. */
  Option shown() {
    return new Option(name, value, true);
  }
}
