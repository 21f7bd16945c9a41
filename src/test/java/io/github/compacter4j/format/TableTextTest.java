package io.github.compacter4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.compacter4j.metrics.Summary;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class TableTextTest {
  private record Row(String name, Double value, long count) {}

  private static Table table() {
    List<Row> rows =
        List.of(
            new Row("a_b|c & 5 % of {$x^2~}\\, \"q\" #1 <[t]>", 1234.567, 1_234_567),
            new Row("plain", null, 3));
    return Table.create("Caption 100 %")
        .addColumns(
            Columns.text("the name", rows, Row::name),
            Columns.numbers("value", 2, rows, Row::value),
            Columns.longs("count", rows, Row::count));
  }

  private static ShownTable bold() {
    return new ShownTable(table(), (row, column) -> row == 0 && column == 1);
  }

  @Test
  void markdownIsEscapedAndAligned() {
    assertEquals(
        """
        | the name | value | count |
        | --- | ---: | ---: |
        | a\\_b\\|c & 5 % of {$x^2~}\\\\, "q" #1 \\<\\[t\\]\\> | **1234.57** | 1,234,567 |
        | plain |  | 3 |""",
        TableText.markdown(bold()));
  }

  @Test
  void latexIsEscapedAndHasRules() {
    assertEquals(
        """
        % needs \\usepackage{booktabs}
        \\begin{table}
          \\centering
          \\caption{Caption 100 \\%}
          \\begin{tabular}{lrr}
            \\toprule
            the name & value & count \\\\
            \\midrule
            a\\_b|c \\& 5 \\% of \\{\\$x\\textasciicircum{}2\\textasciitilde{}\\}\\textbackslash{}, "q" \\#1 \
        \\textless{}{[}t]\\textgreater{} & \\textbf{1234.57} & 1,234,567 \\\\
            plain &  & 3 \\\\
            \\bottomrule
          \\end{tabular}
        \\end{table}""",
        TableText.latex(bold()));
  }

  @Test
  void csvKeepsAllDigits() {
    assertEquals(
        """
        the name,value,count
        "a_b|c & 5 % of {$x^2~}\\, ""q"" #1 <[t]>",1234.567,1234567
        plain,,3""",
        TableText.csv(table()));
  }

  @Test
  void textIsPadded() {
    assertEquals(
        """
        Caption 100 %
        the name                                 value      count
        a_b|c & 5 % of {$x^2~}\\, "q" #1 <[t]>  1234.57  1,234,567
        plain                                                   3""",
        TableText.text(table()));
  }

  @Test
  void numbersHaveAPointEverywhere() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("1234.57", table().getString(0, "value"));
      assertEquals("1,234,567", table().getString(0, "count"));
      assertEquals("71.50 ± 2.12", Summary.of(List.of(70.0, 73.0)).toString());
    } finally {
      Locale.setDefault(before);
    }
  }
}
