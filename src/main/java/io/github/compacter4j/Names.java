package io.github.compacter4j;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.ToIntFunction;

/** Help for a name that the user got wrong, and what messages quote. */
public final class Names {
  private static final int MOST_QUOTED = 80; // characters

  private Names() {}

  /** Text as a message quotes it: in one line, cut with three dots where it is long. */
  public static String shortened(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    if (line.codePointCount(0, line.length()) <= MOST_QUOTED) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, MOST_QUOTED)) + "...";
  }

  /**
   * The exception for an unknown name: it lists the known names, and suggests the nearest of them
   * where at most half of the letters differ, else one of which it is the first word.
   *
   * @param kind what is named, such as {@code task} or {@code method}
   * @param found the name as the user wrote it
   * @param known all the names that exist, at least one
   */
  public static UserException unknown(String kind, String found, Collection<String> known) {
    return UserException.usage(
        "unknown %s '%s'; %s: %s"
            .formatted(kind, shortened(found), suggestion(found, known), String.join(" ", known)));
  }

  private static String suggestion(String found, Collection<String> known) {
    String wanted = shortened(found).toLowerCase(Locale.ROOT);
    ToIntFunction<String> changes = name -> distance(wanted, name.toLowerCase(Locale.ROOT));
    return known.stream()
        .min(Comparator.comparingInt(changes))
        .filter(nearest -> changes.applyAsInt(nearest) <= Math.max(1, letters(wanted) / 2))
        .or(() -> known.stream().filter(name -> name.startsWith(wanted + "_")).findFirst())
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
