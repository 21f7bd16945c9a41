package io.github.compacter4j.tasks;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two spans of a WSC row, marked in its text as the reference code does.
 *
 * <p>A span that is not where its index says stays unmarked. The reference code inserts the span
 * into its pattern as a regular expression; here it stands for itself, which gives the same for
 * every official row.
 */
final class Spans {
  static final List<String> COLUMNS =
      List.of("span1_text", "span1_index", "span2_text", "span2_index");

  private static final Pattern WORD = Pattern.compile("\\S+\\s", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern BLANKS = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private Spans() {}

  static String mark(String text, UnaryOperator<String> row) {
    int first = index(row, "span1_index");
    int second = index(row, "span2_index");
    String marked = mark(text, mend(text, row.apply("span1_text"), first), first, "*");
    int moved = first < second ? second + 2 : second; // the marks count as words
    return mark(marked, mend(text, row.apply("span2_text"), second), moved, "#");
  }

  private static String mark(String text, String span, int words, String mark) {
    Matcher word = WORD.matcher(text);
    int place = 0;
    for (int i = 0; i < words; i++, place = word.end()) {
      if (!word.region(place, text.length()).lookingAt()) {
        return text;
      }
    }
    if (!text.startsWith(span, place)) {
      return text;
    }
    String rest = text.substring(place + span.length());
    return text.substring(0, place) + mark + " " + span + " " + mark + rest;
  }

  /** Case, full stop and line break as in the text, where the span is not to be found in it. */
  private static String mend(String text, String span, int words) {
    String[] all = BLANKS.split(text.strip());
    if (text.contains(span) || words >= all.length || all[words].isEmpty()) {
      return span;
    }
    String first = span.substring(0, 1);
    boolean lower = Character.isLowerCase(all[words].charAt(0));
    String cased =
        (lower ? first.toLowerCase(Locale.ROOT) : first.toUpperCase(Locale.ROOT))
            + span.substring(1);
    return cased.replaceAll("\\.+$", "").replace('\n', ' ');
  }

  private static int index(UnaryOperator<String> row, String column) {
    String cell = row.apply(column);
    if (!cell.matches("[0-9]{1,6}")) {
      throw new UserException(
          "column '%s': expected the number of a word, found '%s'"
              .formatted(column, Names.shortened(cell)));
    }
    return Integer.parseInt(cell);
  }
}
