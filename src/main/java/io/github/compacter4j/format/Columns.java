package io.github.compacter4j.format;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Columns of tables; numbers keep all their digits and show some, with a point everywhere. */
public final class Columns {
  private static final DecimalFormatSymbols SYMBOLS = DecimalFormatSymbols.getInstance(Locale.ROOT);

  private Columns() {}

  /** Text. */
  public static <T> StringColumn text(String name, List<T> rows, Function<T, String> value) {
    return StringColumn.create(name, rows.stream().map(value));
  }

  /** Numbers with the digits that they have where they come from; null is missing. */
  public static <T> StringColumn exact(
      String name, List<T> rows, Function<T, ? extends Number> value) {
    Function<T, String> shown = row -> value.apply(row) == null ? "" : value.apply(row).toString();
    return marked(text(name, rows, shown), true);
  }

  /** What is made of numbers, such as means with their deviations; cells may be empty. */
  public static StringColumn figures(String name, List<String> cells) {
    return marked(StringColumn.create(name, cells), false);
  }

  /** Values of any kind: numbers where all of them are. */
  public static <T> StringColumn values(String name, List<T> rows, Function<T, ?> value) {
    return rows.stream().allMatch(row -> value.apply(row) instanceof Number)
        ? exact(name, rows, row -> (Number) value.apply(row))
        : text(name, rows, row -> String.valueOf(value.apply(row)));
  }

  private static StringColumn marked(StringColumn column, boolean exact) {
    column.setPrintFormatter(new NumberText(exact));
    return column;
  }

  /** Whole numbers; null is missing. */
  public static <T> IntColumn ints(String name, List<T> rows, Function<T, Integer> value) {
    return IntColumn.create(name, rows.stream().map(value).toArray(Integer[]::new));
  }

  /** Numbers shown with so many digits; null and NaN are missing. */
  public static <T> DoubleColumn numbers(
      String name, int digits, List<T> rows, Function<T, Double> value) {
    DoubleColumn column = DoubleColumn.create(name);
    column.setPrintFormatter(new NumberColumnFormatter(format(digits)));
    for (T row : rows) {
      Double number = value.apply(row);
      column.append(number == null ? Double.NaN : number);
    }
    return column;
  }

  /** Whole numbers shown with a comma between thousands. */
  public static <T> LongColumn longs(String name, List<T> rows, Function<T, Long> value) {
    LongColumn column = LongColumn.create(name, rows.stream().mapToLong(value::apply));
    column.setPrintFormatter(new NumberColumnFormatter(format("#,##0")));
    return column;
  }

  /** A number as the columns show it. */
  public static String show(double value, int digits) {
    return format(digits).format(value);
  }

  /** The number that the columns show. */
  public static double round(double value, int digits) {
    return Double.isFinite(value)
        ? new BigDecimal(value).setScale(digits, RoundingMode.HALF_UP).doubleValue()
        : value;
  }

  private static DecimalFormat format(int digits) {
    return format(digits == 0 ? "0" : "0." + "0".repeat(digits));
  }

  private static DecimalFormat format(String pattern) {
    DecimalFormat format = new DecimalFormat(pattern, SYMBOLS);
    format.setRoundingMode(RoundingMode.HALF_UP);
    return format;
  }
}
