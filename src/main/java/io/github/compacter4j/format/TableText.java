package io.github.compacter4j.format;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.io.csv.CsvWriteOptions;

/** Tables as text that other programs read. */
public final class TableText {
  private TableText() {}

  /** Columns padded to equal width under the table's name, numbers at the right. */
  public static String text(Table table) {
    List<List<String>> rows = cells(table);
    rows.add(0, table.columnNames());
    int[] widths =
        IntStream.range(0, table.columnCount())
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElseThrow())
            .toArray();
    return table.name()
        + rows.stream()
            .map(
                row ->
                    IntStream.range(0, widths.length)
                        .mapToObj(c -> padded(row.get(c), widths[c], isRight(table, c)))
                        .collect(Collectors.joining("  ", "\n", ""))
                        .stripTrailing())
            .collect(Collectors.joining());
  }

  private static String padded(String text, int width, boolean right) {
    String blanks = " ".repeat(width - text.length());
    return right ? blanks + text : text + blanks;
  }

  /** A pipe table of Markdown without the table's name. */
  public static String markdown(Table table) {
    return markdown(ShownTable.plain(table));
  }

  /** A pipe table of Markdown with some cells in bold, without the table's name. */
  public static String markdown(ShownTable shown) {
    Table table = shown.table();
    StringBuilder text = new StringBuilder();
    line(text, table.columnNames().stream().map(TableText::escapeMarkdown).toList());
    line(
        text,
        IntStream.range(0, table.columnCount())
            .mapToObj(c -> isRight(table, c) ? "---:" : "---")
            .toList());
    List<List<String>> rows = cells(table);
    for (int r = 0; r < rows.size(); r++) {
      List<String> cells = new ArrayList<>();
      for (int c = 0; c < table.columnCount(); c++) {
        String cell = escapeMarkdown(rows.get(r).get(c));
        cells.add(shown.bold().at(r, c) ? "**" + cell + "**" : cell);
      }
      line(text, cells);
    }
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  private static String escapeMarkdown(String text) {
    return text.replaceAll("[\\\\|*_<>\\[\\]`]", "\\\\$0");
  }

  /** A table for LaTeX's booktabs, the table's name as its caption. */
  public static String latex(Table table) {
    return latex(ShownTable.plain(table));
  }

  /** A table for LaTeX's booktabs with some cells in bold, the table's name as its caption. */
  public static String latex(ShownTable shown) {
    Table table = shown.table();
    StringBuilder text = new StringBuilder("% needs \\usepackage{booktabs}\n\\begin{table}\n");
    text.append("  \\centering\n  \\caption{").append(escapeLatex(table.name())).append("}\n");
    text.append("  \\begin{tabular}{");
    for (int c = 0; c < table.columnCount(); c++) {
      text.append(isRight(table, c) ? 'r' : 'l');
    }
    text.append("}\n    \\toprule\n");
    row(text, table.columnNames().stream().map(TableText::escapeLatex).toList());
    text.append("    \\midrule\n");
    List<List<String>> rows = cells(table);
    for (int r = 0; r < rows.size(); r++) {
      List<String> cells = new ArrayList<>();
      for (int c = 0; c < table.columnCount(); c++) {
        String cell = escapeLatex(rows.get(r).get(c));
        cells.add(shown.bold().at(r, c) ? "\\textbf{" + cell + "}" : cell);
      }
      row(text, cells);
    }
    return text.append("    \\bottomrule\n  \\end{tabular}\n\\end{table}").toString();
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("    ").append(String.join(" & ", cells)).append(" \\\\\n");
  }

  private static String escapeLatex(String text) {
    return text.codePoints()
        .mapToObj(
            c ->
                switch (c) {
                  case '\\' -> "\\textbackslash{}";
                  case '~' -> "\\textasciitilde{}";
                  case '^' -> "\\textasciicircum{}";
                  case '<' -> "\\textless{}";
                  case '>' -> "\\textgreater{}";
                  case '[' -> "{[}"; // after \\ it would be an option
                  case '±' -> "$\\pm$";
                  case '&', '%', '$', '#', '_', '{', '}' -> "\\" + (char) c;
                  default -> Character.toString(c);
                })
        .collect(Collectors.joining());
  }

  /** Comma-separated values with all digits; missing ones are empty. */
  public static String csv(Table table) {
    StringWriter text = new StringWriter();
    table.write().usingOptions(CsvWriteOptions.builder(text).lineEnd("\n").build());
    return text.toString().stripTrailing();
  }

  private static List<List<String>> cells(Table table) {
    List<List<String>> rows = new ArrayList<>();
    for (int r = 0; r < table.rowCount(); r++) {
      List<String> row = new ArrayList<>();
      for (int c = 0; c < table.columnCount(); c++) {
        row.add(table.column(c).isMissing(r) ? "" : table.getString(r, c));
      }
      rows.add(row);
    }
    return rows;
  }

  /** Columns of numbers, and empty ones. */
  private static boolean isRight(Table table, int column) {
    Column<?> cells = table.column(column);
    return NumberText.holdsNumbers(cells) || cells.countMissing() == cells.size();
  }
}
