package io.github.compacter4j.tasks;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.text.TextPair;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The one or two texts of a row as an encoder reads them, each a pattern of columns without the
 * words that a text-to-text template puts between them.
 *
 * @param first the only text, or the first of two
 * @param second the other text, if there is one
 */
public record PairTemplate(Template first, Optional<Template> second) {

  /** Two texts by their patterns. */
  public static PairTemplate of(String first, String second) {
    return new PairTemplate(new Template(first), Optional.of(new Template(second)));
  }

  /**
   * The usual texts of a task: one column is the only text; of several the last is the second text
   * and those before it, joined by blanks, the first.
   */
  public static PairTemplate usual(Template template) {
    List<String> columns = template.patterns();
    int last = columns.size() - 1;
    return last == 0
        ? new PairTemplate(new Template(columns.get(0)), Optional.empty())
        : of(String.join(" ", columns.subList(0, last)), columns.get(last));
  }

  /**
   * Texts made of chosen columns, those of a text joined by blanks.
   *
   * @param columns of one text or of two, each cleaned up as the template says
   * @throws UserException (wrong usage) for another number of texts, a text without columns, or a
   *     column that is not in the template
   */
  public static PairTemplate of(Template template, List<List<String>> columns) {
    if (columns.isEmpty() || columns.size() > 2) {
      throw UserException.usage(
          "pair: expected the columns of one text or of two, found " + columns.size() + " texts");
    }
    List<Template> texts = columns.stream().map(names -> joined(template, names)).toList();
    return new PairTemplate(texts.get(0), texts.stream().skip(1).findFirst());
  }

  private static Template joined(Template template, List<String> names) {
    if (names.isEmpty()) {
      throw UserException.usage("pair: expected at least one column for each text");
    }
    return new Template(
        String.join(" ", names.stream().map(name -> pattern(template, name)).toList()));
  }

  private static String pattern(Template template, String column) {
    List<String> known = template.patterns();
    return known.stream()
        .filter(pattern -> new Template(pattern).columns().get(0).equals(column))
        .findFirst()
        .orElseThrow(() -> Names.unknown("column of pair", column, template.columns()));
  }

  /**
   * The texts of a row.
   *
   * @param row gives the text of a column by its name
   */
  public TextPair fill(UnaryOperator<String> row) {
    return new TextPair(first.fill(row), second.map(template -> template.fill(row)));
  }
}
