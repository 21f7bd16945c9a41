package io.github.compacter4j.format;

import tech.tablesaw.api.Table;

/**
 * A table as it is printed.
 *
 * @param table its name is the caption
 * @param bold which cells stand out, where the format can show it
 */
public record ShownTable(Table table, Bold bold) {
  /** Which cells stand out. */
  @FunctionalInterface
  public interface Bold {
    /** Whether this cell does, rows and columns from 0. */
    boolean at(int row, int column);
  }

  /** A table in which no cell stands out. */
  public static ShownTable plain(Table table) {
    return new ShownTable(table, (row, column) -> false);
  }
}
