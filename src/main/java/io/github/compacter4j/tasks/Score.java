package io.github.compacter4j.tasks;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.columns.Column;

/** The similarity from 0 to 5 of STS-B, written by the model with one decimal. */
public record Score() implements Target {
  private static final double LARGEST = 5;

  /** Reads at single precision, as the reference code's loader does; the rounding depends on it. */
  @Override
  public OptionalDouble parse(String cell) {
    try {
      double score = new BigDecimal(cell).floatValue();
      return score >= 0 && score <= LARGEST ? OptionalDouble.of(score) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  @Override
  public String expected() {
    return "a number from 0 to 5";
  }

  @Override
  public Column<?> column(String name, double[] labels) {
    return DoubleColumn.create(name, labels);
  }

  /** Rounds to one decimal, halves to even, as the reference code does, not to steps of 0.2. */
  @Override
  public String text(double label) {
    return Double.toString(Math.rint(label * 5 / 5 * 10) / 10);
  }

  /** The reference code's label list: 0.0 to 5.0 in steps of 0.2. */
  @Override
  public List<String> texts() {
    return IntStream.rangeClosed(0, 25).mapToObj(i -> Double.toString(i * 2 / 10.0)).toList();
  }
}
