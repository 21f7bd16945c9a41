package io.github.compacter4j.format;

import java.util.List;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A Tablesaw table as one HTML table: caption, escaped text, numbers at the right. */
public final class TableHtml {
  /** Rows that a notebook shows of a long table; the caption tells of the rest. */
  public static final int MOST_ROWS = 200;

  private static final String TABLE = "border-collapse:collapse;margin:.5em 0;font-size:13px";
  private static final String CAPTION =
      "caption-side:top;text-align:left;font-weight:bold;padding:4px 0";
  private static final String CAPTION_TEXT = "max-width:50em"; // a wide table is scrolled
  private static final String CELL = "padding:3px 6px;border-bottom:1px solid #ddd;";

  private TableHtml() {}

  /** The table's first {@link #MOST_ROWS} rows; its name is the caption. */
  public static String of(Table table) {
    return of(table, MOST_ROWS);
  }

  /** The table's first rows, at most so many; its name is the caption. */
  public static String of(Table table, int mostRows) {
    StringBuilder html = new StringBuilder("<table style=\"" + TABLE + "\">");
    html.append("<caption style=\"").append(CAPTION).append("\">");
    html.append("<div style=\"").append(CAPTION_TEXT).append("\">");
    html.append(escape(caption(table, mostRows))).append("</div></caption><thead><tr>");
    for (Column<?> column : table.columns()) {
      cell(html, "th", column, column.name());
    }
    html.append("</tr></thead><tbody>");
    for (int row = 0; row < Math.min(mostRows, table.rowCount()); row++) {
      row(html, table.columns(), row);
    }
    return html.append("</tbody></table>").toString();
  }

  private static String caption(Table table, int mostRows) {
    String name = table.name() == null ? "" : table.name();
    return table.rowCount() <= mostRows
        ? name
        : name + " (the first " + mostRows + " of " + table.rowCount() + " rows)";
  }

  private static void row(StringBuilder html, List<Column<?>> columns, int row) {
    html.append("<tr>");
    for (Column<?> column : columns) {
      cell(html, "td", column, column.getString(row));
    }
    html.append("</tr>");
  }

  private static void cell(StringBuilder html, String tag, Column<?> column, String text) {
    String side = column instanceof NumericColumn ? "right" : "left";
    html.append('<').append(tag).append(" style=\"").append(CELL).append("text-align:");
    html.append(side).append("\">").append(escape(text)).append("</").append(tag).append('>');
  }

  /** Text that HTML shows as it is, also inside an attribute. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
