package io.github.compacter4j.files;

import java.util.Map;
import java.util.Optional;

/** What a user has to write for a value of Java, in words. */
public final class Kinds {
  private static final String INT = "a whole number of up to " + Integer.MAX_VALUE;
  private static final Map<Class<?>, String> WORDS =
      Map.of(
          String.class, "text",
          int.class, INT,
          Integer.class, INT,
          long.class, "a whole number",
          Long.class, "a whole number",
          double.class, "a number",
          Double.class, "a number",
          boolean.class, "true or false",
          Boolean.class, "true or false");

  private Kinds() {}

  /** The words for a type, empty for one that is not read from a single word. */
  public static Optional<String> of(Class<?> type) {
    return Optional.ofNullable(WORDS.get(type));
  }
}
