package io.github.compacter4j.format;

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

  private static DecimalFormat format(int digits) {
    return format(digits == 0 ? "0" : "0." + "0".repeat(digits));
  }

  private static DecimalFormat format(String pattern) {
    DecimalFormat format = new DecimalFormat(pattern, SYMBOLS);
    format.setRoundingMode(RoundingMode.HALF_UP);
    return format;
  }
}
