package io.github.compacter4j;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.ToIntFunction;

/** Help for a name that the user got wrong. */
public final class Names {
  private Names() {}

  /**
   * The exception for an unknown name: it lists the known names, and suggests the nearest of them
   * where at most half of the letters differ.
   *
   * @param kind what is named, such as {@code task} or {@code method}
   * @param found the name as the user wrote it
   * @param known all the names that exist, at least one
   */
  public static UserException unknown(String kind, String found, Collection<String> known) {
    return UserException.usage(
        "unknown %s '%s'; %s: %s"
            .formatted(kind, found, suggestion(found, known), String.join(" ", known)));
  }

  private static String suggestion(String found, Collection<String> known) {
    String wanted = found.toLowerCase(Locale.ROOT);
    ToIntFunction<String> changes = name -> distance(wanted, name.toLowerCase(Locale.ROOT));
    return known.stream()
        .min(Comparator.comparingInt(changes))
        .filter(nearest -> changes.applyAsInt(nearest) <= Math.max(1, letters(wanted) / 2))
        .map("did you mean '%s'? Known"::formatted)
        .orElse("known");
  }

  /** The dashes of an option are no letters: all options share them. */
  private static int letters(String name) {
    return name.replaceFirst("^-+", "").length();
  }

  /** Levenshtein's distance: insertions, deletions and replacements from one word to the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
