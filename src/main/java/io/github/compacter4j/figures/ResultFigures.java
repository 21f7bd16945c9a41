package io.github.compacter4j.figures;

import io.github.compacter4j.paper.MethodAverage;
import io.github.compacter4j.results.Results;
import io.github.compacter4j.results.ScoreSeries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.internal.chartpart.Chart;

/** The figures that results give, task by task: what parameters bring, and what rows bring. */
public final class ResultFigures {
  /** Fewer circles show no trade-off. */
  private static final int FEWEST_METHODS = 5;

  private final Map<String, Chart<?, ?>> charts = new LinkedHashMap<>();

  private ResultFigures() {}

  /**
   * Charts by their names, which say model, task and kind, such as {@code minilm-sst2-parameters}:
   * test scores against trained parameters where a task has at least five methods, and against
   * training rows where a method has several numbers of them.
   */
  public static Map<String, Chart<?, ?>> of(Results results) {
    ResultFigures figures = new ResultFigures();
    for (Results comparable : results.bySurroundings()) {
      for (String task : comparable.tasks()) {
        String of = comparable.modelName() + "-" + task;
        Results runs = comparable.onTask(task);
        runs.withMostRows().byData().forEach(same -> figures.parameters(of, same));
        figures.rows(of, runs);
      }
    }
    return figures.charts;
  }

  private void parameters(String of, Results sameRows) {
    List<MethodAverage> methods = sameRows.boards().get(0).averages();
    if (methods.size() >= FEWEST_METHODS) {
      String title = of + ": score and trained parameters";
      put(of + "-parameters", TradeOff.of(title, "test score in percent", methods));
    }
  }

  private void rows(String of, Results runs) {
    List<ScoreSeries> series =
        runs.over("trainingRows").stream().filter(s -> s.points().size() > 1).toList();
    if (!series.isEmpty()) {
      put(of + "-rows", ScoreCurves.of(of + ": score and training rows", "training rows", series));
    }
  }

  /** Those of several models, protocols or files of one task are numbered. */
  private void put(String name, Chart<?, ?> chart) {
    int number = 1;
    while (charts.containsKey(number == 1 ? name : name + "-" + number)) {
      number++;
    }
    charts.put(number == 1 ? name : name + "-" + number, chart);
  }
}
