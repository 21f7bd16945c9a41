package io.github.compacter4j.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What the reference code's preprocessors do to a text on its way from the table into the source;
 * templates name it behind a bar, as in {@code {question|markup}}.
 */
public enum Cleanup {
  /** Nothing. */
  NONE {
    @Override
    String apply(String text, UnaryOperator<String> row) {
      return text;
    }
  },
  /** Turns {@code <br>} into a blank and drops {@code <b>} and {@code </b>} (MultiRC). */
  MARKUP {
    @Override
    String apply(String text, UnaryOperator<String> row) {
      return BOLD.matcher(text.replace("<br>", " ")).replaceAll("");
    }
  },
  /** Joins the texts of a JSON array by a comma and a blank (ReCoRD's entities). */
  LIST {
    @Override
    String apply(String text, UnaryOperator<String> row) {
      return String.join(", ", list(text));
    }
  },
  /** Turns the marks between a passage and its highlights into ends of sentences (ReCoRD). */
  HIGHLIGHTS {
    @Override
    String apply(String text, UnaryOperator<String> row) {
      String passage = AFTER_AN_END.matcher(text).replaceAll("$1 ");
      return passage.replace(HIGHLIGHT, ". ");
    }
  },
  /** Marks the text's two spans, as in {@code * the cat * ... # it #} (WSC). */
  SPANS {
    @Override
    String apply(String text, UnaryOperator<String> row) {
      return Spans.mark(text, row);
    }

    @Override
    List<String> further() {
      return Spans.COLUMNS;
    }
  };

  private static final Pattern BOLD = Pattern.compile("</?b>");
  private static final String HIGHLIGHT = "\n@highlight\n";
  private static final Pattern AFTER_AN_END = Pattern.compile("([.?!\"'])" + HIGHLIGHT);

  /** The clean-up of this lower-case name; an empty name is {@link #NONE}. */
  static Cleanup named(String name) {
    List<String> known =
        Arrays.stream(values()).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
    if (!known.contains(name)) {
      throw Names.unknown("clean-up", name, known);
    }
    return values()[known.indexOf(name)];
  }

  /**
   * The text in its form for the source.
   *
   * @param row gives other columns of the row by name
   * @throws UserException without a place, where the text has not the form that is needed
   */
  abstract String apply(String text, UnaryOperator<String> row);

  /** Whether there are texts that it cannot read. */
  boolean picky() {
    return this == LIST || this == SPANS;
  }

  /** The other columns of the row that are read. */
  List<String> further() {
    return List.of();
  }

  /** Writes texts as a JSON array, the form of lists in tables. */
  static String json(Iterable<String> texts) {
    return Json.line(texts);
  }

  /** Reads such an array. */
  static List<String> list(String json) {
    try {
      return Json.mapper().readValue(json, new TypeReference<List<String>>() {});
    } catch (JsonProcessingException e) {
      throw new UserException(
          "expected a JSON array of texts, found '" + Names.shortened(json) + "'", e);
    }
  }
}
