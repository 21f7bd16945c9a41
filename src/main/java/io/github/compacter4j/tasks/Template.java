package io.github.compacter4j.tasks;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The source text of a row, as a pattern: {@code premise: {premise} hypothesis: {hypothesis}}. A
 * name in braces stands for the text of that column, a bar behind it names a {@link Cleanup};
 * doubled braces stand for themselves.
 */
public final class Template {
  private static final Pattern PARTS =
      Pattern.compile("(\\{\\{|\\}\\}|[^{}]+)|\\{([^{}|]+)(?:\\|([^{}|]*))?\\}");

  private final String pattern;
  private final List<Part> parts = new ArrayList<>();

  /** Some text as it is, or a column's, which then has a clean-up. */
  private record Part(String text, Cleanup cleanup) {
    String pattern() {
      return "{" + text + "|" + cleanup.name().toLowerCase(Locale.ROOT) + "}";
    }
  }

  /**
   * Reads a pattern.
   *
   * @throws UserException (wrong usage) where braces do not match or no column is named
   */
  public Template(String pattern) {
    this.pattern = pattern;
    Matcher next = PARTS.matcher(pattern);
    int at = 0;
    for (; next.find() && next.start() == at; at = next.end()) {
      parts.add(part(next));
    }
    if (at != pattern.length() || columns().isEmpty()) {
      throw UserException.usage(
          "template '%s': expected text with names of columns in braces, as in 'question: {question}'"
              .formatted(Names.shortened(pattern)));
    }
  }

  private static Part part(Matcher found) {
    String text = found.group(1);
    if (text == null) {
      String cleanup = found.group(3);
      return new Part(found.group(2), Cleanup.named(cleanup == null ? "none" : cleanup));
    }
    return new Part(text.equals("{{") ? "{" : text.equals("}}") ? "}" : text, null);
  }

  /** The columns that the source is made from, in the order of their first use. */
  public List<String> columns() {
    Set<String> columns = new LinkedHashSet<>();
    for (Part part : parts) {
      if (part.cleanup() != null) {
        columns.add(part.text());
        columns.addAll(part.cleanup().further());
      }
    }
    return List.copyOf(columns);
  }

  /** Each column once with its clean-up, as a pattern of its own, in the order of the first use. */
  List<String> patterns() {
    return parts.stream()
        .filter(part -> part.cleanup() != null)
        .collect(
            Collectors.toMap(
                Part::text, Part::pattern, (first, again) -> first, LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }

  /**
   * The source text of a row.
   *
   * @param row gives the text of a column by its name
   */
  public String fill(UnaryOperator<String> row) {
    StringBuilder source = new StringBuilder();
    for (Part part : parts) {
      source.append(
          part.cleanup() == null ? part.text() : part.cleanup().apply(row.apply(part.text()), row));
    }
    return source.toString();
  }

  /**
   * Finds what a clean-up cannot read in a row.
   *
   * @throws UserException without a place, where there is such a text
   */
  void check(UnaryOperator<String> row) {
    for (Part part : parts) {
      if (part.cleanup() != null && part.cleanup().picky()) {
        part.cleanup().apply(row.apply(part.text()), row);
      }
    }
  }

  /** Two templates are equal where their patterns are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Template template && template.pattern.equals(pattern);
  }

  @Override
  public int hashCode() {
    return pattern.hashCode();
  }

  /** The pattern. */
  @Override
  public String toString() {
    return pattern;
  }
}
