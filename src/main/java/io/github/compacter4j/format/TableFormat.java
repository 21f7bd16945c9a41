package io.github.compacter4j.format;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The ways of printing tables. */
public enum TableFormat {
  /** For people at a terminal. */
  TEXT,
  /** Markdown, each caption below its table. */
  MD,
  /** LaTeX with booktabs. */
  LATEX,
  /** Comma-separated values, of one table. */
  CSV,
  /** A page of HTML. */
  HTML;

  private static final String PAGE =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
          + "<title>Results</title></head><body>\n%s\n</body></html>";

  /** All of some tables in one document. */
  public String document(List<ShownTable> tables) {
    return switch (this) {
      case TEXT -> joined(tables, "\n\n", shown -> TableText.text(shown.table()));
      case MD ->
          joined(
              tables, "\n\n", shown -> TableText.markdown(shown) + "\n\n" + shown.table().name());
      case LATEX -> joined(tables, "\n\n", TableText::latex);
      case CSV -> joined(tables, "\n\n", shown -> TableText.csv(shown.table()));
      case HTML ->
          PAGE.formatted(
              joined(tables, "\n", shown -> TableHtml.of(shown.table(), Integer.MAX_VALUE)));
    };
  }

  private static String joined(
      List<ShownTable> tables, String between, Function<ShownTable, String> form) {
    return tables.stream().map(form).collect(Collectors.joining(between));
  }
}
