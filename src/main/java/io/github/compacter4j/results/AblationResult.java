package io.github.compacter4j.results;

import io.github.compacter4j.format.Columns;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.tasks.find.Split;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tech.tablesaw.api.Table;

/** The runs of an ablation; shows itself as a table. */
public final class AblationResult {
  private final String method;
  private final String option;
  private final List<Row> rows;

  /**
   * The runs with one value.
   *
   * @param value of the option
   * @param runs one a seed
   */
  public record Row(Object value, List<Run> runs) {
    /** Mean and deviation of a metric over the seeds. */
    public Summary score(Split split, String metric) {
      return summary(
          result ->
              (split == Split.VALIDATION ? result.validation() : result.test())
                  .metrics()
                  .get(metric));
    }

    private Summary summary(Function<RunResult, Double> value) {
      return Summary.of(runs.stream().map(run -> value.apply(run.result())).toList());
    }

    private RunResult first() {
      return runs.get(0).result();
    }
  }

  /** Runs of a method, with the options in brackets that all of them have, by its values. */
  public AblationResult(String method, String option, Map<Object, List<Run>> runs) {
    this.method = method;
    this.option = option;
    rows = runs.entrySet().stream().map(e -> new Row(e.getKey(), e.getValue())).toList();
  }

  /** The option. */
  public String option() {
    return option;
  }

  /** The values in their order. */
  public List<Row> rows() {
    return rows;
  }

  /** The task's metrics. */
  public List<String> metrics() {
    return rows.get(0).first().test().metrics().keySet().stream().sorted().toList();
  }

  /** What was done: the method, the task, its rows and the steps. */
  public String title() {
    RunResult result = rows.get(0).first();
    return "%s over %s on %s, %,d rows, %d steps, %s"
        .formatted(
            method, option, result.task(), result.data().trainRows(), result.steps(), seeds());
  }

  private String seeds() {
    int seeds = rows.get(0).runs().size();
    return seeds == 1 ? "seed " + rows.get(0).first().seed() : "means over " + seeds + " seeds";
  }

  /** All runs, for further tables. */
  public Results results() {
    return Results.of(rows.stream().flatMap(row -> row.runs().stream()).toList());
  }

  /** A row a value: trained parameters, scores, and seconds of a run. */
  public Table table() {
    Table table =
        Table.create(title())
            .addColumns(
                Columns.values(option, rows, Row::value),
                Columns.longs("trained", rows, row -> row.first().trainable()),
                Columns.numbers("percent", 4, rows, row -> row.first().percent()));
    boolean several = rows.get(0).runs().size() > 1;
    for (String metric : metrics()) {
      for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
        String name = split + " " + metric;
        table.addColumns(Columns.numbers(name, 2, rows, row -> row.score(split, metric).mean()));
        if (several) {
          table.addColumns(
              Columns.numbers(name + " sd", 2, rows, row -> row.score(split, metric).sd()));
        }
      }
    }
    return table.addColumns(
        Columns.numbers(
            "seconds", 1, rows, row -> row.summary(r -> r.measures().seconds()).mean()));
  }

  /** The table as text. */
  @Override
  public String toString() {
    return TableText.text(table());
  }
}
