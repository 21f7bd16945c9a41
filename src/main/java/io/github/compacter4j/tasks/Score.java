package io.github.compacter4j.tasks;

import io.github.compacter4j.metrics.Reference;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A score, written by the model as the nearest step, halves to the even one.
 *
 * @param least the lowest score
 * @param largest the highest score
 * @param steps how many steps make up one point: 10 for a decimal
 * @param listed how many texts of a point stand in the list of labels
 */
public record Score(double least, double largest, int steps, int listed) implements Target {
  /** What products of decimals may be off by: 0.29 * 100 is a little less than 29. */
  private static final double ROUNDING = 1e-9;

  /** The similarity of STS-B: from 0 to 5, a decimal as the reference code writes it. */
  public static Score similarity() {
    return new Score(0, 5, 10, 5);
  }

  @Override
  public boolean accepts(String cell) {
    try {
      double score = parse(cell);
      return score >= least && score <= largest;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Reads at single precision, as the reference code's loader does; the rounding depends on it. */
  private static double parse(String cell) {
    return new BigDecimal(cell).floatValue();
  }

  @Override
  public String expected() {
    return "a number from %s to %s"
        .formatted(
            BigDecimal.valueOf(least).stripTrailingZeros().toPlainString(),
            BigDecimal.valueOf(largest).stripTrailingZeros().toPlainString());
  }

  @Override
  public Column<?> column(String name, List<String> cells) {
    return DoubleColumn.create(name, cells.stream().mapToDouble(Score::parse).toArray());
  }

  @Override
  public List<Reference> references(Table table, int row) {
    return List.of(Reference.of(text(table.doubleColumn(LABEL).getDouble(row))));
  }

  /** The nearest step as text. The reference code's are tenths, not the fifths of T5's own rule. */
  public String text(double score) {
    return Double.toString(Math.rint(score * steps) / steps + 0.0);
  }

  /** For STS-B the reference code's label list: 0.0 to 5.0 in steps of 0.2. */
  @Override
  public List<String> texts() {
    int first = (int) Math.ceil(least * listed - ROUNDING);
    int last = (int) Math.floor(largest * listed + ROUNDING);
    return IntStream.rangeClosed(first, last)
        .mapToObj(i -> Double.toString(i / (double) listed))
        .toList();
  }
}
