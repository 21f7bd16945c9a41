package io.github.compacter4j.figures;

import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.train.MetricsLine;
import io.github.compacter4j.train.Run;
import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Validation scores of runs against their steps. */
public final class LearningCurves {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;

  private LearningCurves() {}

  /** One curve a run, named by its method. */
  public static XYChart of(Run... runs) {
    return of(Arrays.asList(runs));
  }

  /** One curve a run, and a grey level, for instance the majority class. */
  public static XYChart of(List<Run> runs, String levelName, double level) {
    XYChart chart = curves(runs);
    double last = runs.stream().mapToDouble(run -> run.result().steps()).max().orElseThrow();
    XYSeries series =
        chart.addSeries(levelName, new double[] {0, last}, new double[] {level, level});
    ChartStyle.apply(chart);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(Color.GRAY);
    return chart;
  }

  /** One curve a run, named by its method. */
  public static XYChart of(List<Run> runs) {
    return ChartStyle.apply(curves(runs));
  }

  private static XYChart curves(List<Run> runs) {
    String task = runs.get(0).result().task();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Validation score on " + task)
            .xAxisTitle("optimiser step")
            .yAxisTitle(String.join(", ", runs.get(0).result().validation().metrics().keySet()))
            .build();
    for (Run run : runs) {
      List<MetricsLine> evaluations =
          run.metrics().stream().filter(line -> line.validation() != null).toList();
      double[] steps = evaluations.stream().mapToDouble(MetricsLine::step).toArray();
      double[] scores =
          evaluations.stream().mapToDouble(line -> Metric.average(line.validation())).toArray();
      chart.addSeries(name(chart, run), steps, scores);
    }
    return chart;
  }

  private static String name(XYChart chart, Run run) {
    String method = run.result().method();
    return chart.getSeries(method) != null ? method + ", seed " + run.result().seed() : method;
  }
}
