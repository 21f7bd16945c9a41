package io.github.compacter4j.paper;

import io.github.compacter4j.format.Columns;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import tech.tablesaw.api.Table;

/**
 * Memory and time that the paper prints, with T5-base; the first row is full fine-tuning.
 *
 * <p>The paper divides the change of memory by the method's own memory, the change of time by T5's;
 * so its -41.94 % of memory for Compacter++ are 29.5 % less than T5. {@link #memoryRatio} and
 * {@link #timeRatio} are both relative to T5.
 *
 * @param rows methods in the paper's order
 */
public record PaperEfficiency(List<Row> rows) {
  /** What the numbers are and how they are known, for captions. */
  public static final String LEGEND =
      "The paper's numbers are recalled, consistent: remembered from its table, not read there again; changes "
          + "marked text also stand in its running text. It prints the change of memory relative to the method, "
          + "(method - T5) / method, and that of time relative to T5; ratios here are all to T5";

  /** Keeps its own copy. */
  public PaperEfficiency {
    rows = List.copyOf(rows);
  }

  /**
   * A method.
   *
   * @param method as the paper writes it
   * @param spec the same method here
   * @param memory in MB, as it seems the peak for a training example
   * @param memoryChange as printed: 100 (method - T5) / method; null for T5
   * @param memoryStatus how the change of memory is known
   * @param minutes an epoch of MNLI
   * @param timeChange as printed: 100 (method - T5) / T5; null for T5
   * @param timeStatus how the change of time is known
   * @param measured the method as this program measures it
   */
  public record Row(
      String method,
      String spec,
      BigDecimal memory,
      BigDecimal memoryChange,
      Known memoryStatus,
      BigDecimal minutes,
      BigDecimal timeChange,
      Known timeStatus,
      String measured) {}

  /**
   * The paper's row of a method as it was run, with the paper's options or those by which this
   * program measures it, if it has one; the reduction factor is free.
   */
  public Optional<Row> row(String spec) {
    return rows.stream()
        .filter(
            row ->
                PrintedMethod.isSame(row.spec(), spec)
                    || PrintedMethod.isSame(row.measured(), spec))
        .findFirst();
  }

  /** The method's memory over T5's, with three digits. */
  public BigDecimal memoryRatio(Row row) {
    return row.memory().divide(rows.get(0).memory(), 3, RoundingMode.HALF_UP);
  }

  /** The method's time over T5's, with three digits. */
  public BigDecimal timeRatio(Row row) {
    return row.minutes().divide(rows.get(0).minutes(), 3, RoundingMode.HALF_UP);
  }

  /** The table as the paper prints it, with the ratios to T5. */
  public Table table() {
    return Table.create("Memory and time in the paper. " + LEGEND)
        .addColumns(
            Columns.text("method", rows, Row::method),
            Columns.exact("memory", rows, Row::memory),
            Columns.exact("printed change %", rows, Row::memoryChange),
            Columns.exact("ratio to T5", rows, this::memoryRatio),
            Columns.text("known from", rows, row -> row.memoryStatus().toString()),
            Columns.exact("minutes", rows, Row::minutes),
            Columns.exact("printed change of time %", rows, Row::timeChange),
            Columns.exact("time's ratio to T5", rows, this::timeRatio),
            Columns.text("time known from", rows, row -> row.timeStatus().toString()));
  }

  static PaperEfficiency read(String file) {
    return new PaperEfficiency(
        PrintedFile.rows(file).stream()
            .map(
                cells ->
                    new Row(
                        cells[0],
                        cells[1],
                        new BigDecimal(cells[2]),
                        change(cells[3]),
                        Known.parse(cells[4]),
                        new BigDecimal(cells[5]),
                        change(cells[6]),
                        Known.parse(cells[7]),
                        cells[8].isEmpty() ? cells[1] : cells[8]))
            .toList());
  }

  private static BigDecimal change(String cell) {
    return cell.isEmpty() ? null : new BigDecimal(cell);
  }
}
