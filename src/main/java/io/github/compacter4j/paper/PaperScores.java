package io.github.compacter4j.paper;

import io.github.compacter4j.format.Columns;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.T5Config;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tech.tablesaw.api.Table;

/**
 * A table of scores that the paper prints, with T5-base, and what others measured again.
 *
 * @param name what the table is of
 * @param benchmark its numbers
 * @param rows methods in the paper's order
 */
public record PaperScores(String name, Benchmark benchmark, List<Row> rows) {
  /** What the statuses of the numbers mean, for captions. */
  public static final String LEGEND =
      "The paper's numbers are recalled, consistent: remembered from its tables, not read there again; "
          + "each average equals the mean of its cells to the printed digit. Quoted ones stand so on a "
          + "public page, AdapterHub's announcement of adapter-transformers 3.0";

  /** Keeps its own copy. */
  public PaperScores {
    rows = List.copyOf(rows);
  }

  /**
   * A method's scores, in percent.
   *
   * @param method as the paper writes it
   * @param spec the same method here
   * @param table where it stands in the paper
   * @param scores with the digits printed
   * @param average with the digits printed
   * @param status how the numbers are known
   * @param note what the paper's text says of the average, or nothing
   * @param memory of training in megabytes, where the paper prints it
   */
  public record Row(
      String method,
      String spec,
      String table,
      Map<TaskMetric, BigDecimal> scores,
      BigDecimal average,
      Known status,
      String note,
      OptionalDouble memory) {}

  /** The paper's row of a method as it was run, if it has one; the reduction factor is free. */
  public Optional<Row> row(String spec) {
    return rows.stream().filter(row -> PrintedMethod.isSame(row.spec(), spec)).findFirst();
  }

  /** The table as the paper prints it. */
  public Table table() {
    Table table = Table.create(name + ". " + LEGEND);
    table.addColumns(
        Columns.text("method", rows, Row::method), Columns.text("where", rows, Row::table));
    for (TaskMetric score : benchmark.scores()) {
      table.addColumns(Columns.exact(score.toString(), rows, r -> r.scores().get(score)));
    }
    return table.addColumns(
        Columns.exact("average", rows, Row::average),
        Columns.text("known from", rows, PaperScores::known));
  }

  /**
   * The averages of the paper's main table with the memory that it prints, where it does, and the
   * trained parameters as counted, which round to the printed ones; both prompts have the memory of
   * its one row of prompt tuning.
   */
  public List<MethodAverage> averages() {
    return rows.stream()
        .filter(row -> row.table().startsWith("Table"))
        .map(PaperScores::average)
        .toList();
  }

  private static MethodAverage average(Row row) {
    double average = row.average().doubleValue();
    return new MethodAverage(
        MethodSpec.parse(row.spec()).name(), // the main table has a method once
        ParameterCounter.count(T5Config.base(), Methods.parse(row.spec())).percent(),
        new Summary(1, average, Double.NaN, average),
        row.memory());
  }

  /** How the numbers of a row are known, in words. */
  public static String known(Row row) {
    return row.status() + (row.note().isEmpty() ? "" : " (" + row.note() + ")");
  }

  private static OptionalDouble memory(PaperEfficiency efficiency, String spec) {
    return efficiency.row(spec).stream().mapToDouble(row -> row.memory().doubleValue()).findFirst();
  }

  static PaperScores read(
      String name, Benchmark benchmark, String file, PaperEfficiency efficiency) {
    List<Row> rows = new ArrayList<>();
    for (String[] cells : PrintedFile.rows(file)) {
      Map<TaskMetric, BigDecimal> scores = new LinkedHashMap<>();
      int next = 3;
      for (TaskMetric score : benchmark.scores()) {
        scores.put(score, new BigDecimal(cells[next++]));
      }
      rows.add(
          new Row(
              cells[0],
              cells[1],
              cells[2],
              scores,
              new BigDecimal(cells[next]),
              Known.parse(cells[next + 1]),
              cells[next + 2],
              memory(efficiency, cells[next + 3].isEmpty() ? cells[1] : cells[next + 3])));
    }
    return new PaperScores(name, benchmark, rows);
  }
}
