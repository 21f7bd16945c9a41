package io.github.compacter4j.format;

import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;
import tech.tablesaw.columns.strings.StringColumnFormatter;

/**
 * Marks a column of text that holds numbers as no column of numbers can show them: with the digits
 * of their source, or with a deviation.
 */
final class NumberText extends StringColumnFormatter {
  private final boolean exact;

  /** Of cells that are one number each, where they are exact. */
  NumberText(boolean exact) {
    this.exact = exact;
  }

  /** Whether a column holds numbers, as numbers or as text. */
  static boolean holdsNumbers(Column<?> column) {
    return column instanceof NumericColumn || mark(column) != null;
  }

  /** Whether the text of a column's cells is one number each. */
  static boolean isExact(Column<?> column) {
    return mark(column) != null && mark(column).exact;
  }

  private static NumberText mark(Column<?> column) {
    return column instanceof StringColumn text
            && text.getPrintFormatter() instanceof NumberText mark
        ? mark
        : null;
  }
}
