package io.github.compacter4j.figures;

import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.run.MetricsLine;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunResult;
import java.awt.Color;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Validation scores of runs, and what each step recorded, against their steps; a run is named by
 * its method, and where that has several, by its options, and its seed or folder.
 */
public final class LearningCurves {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;

  private LearningCurves() {}

  /** One curve a run. */
  public static XYChart of(Run... runs) {
    return of(Arrays.asList(runs));
  }

  /** One curve a run, and a grey level, for instance the majority class. */
  public static XYChart of(List<Run> runs, String levelName, double level) {
    XYChart chart = curves(runs);
    double last = runs.stream().mapToDouble(run -> run.result().steps()).max().orElseThrow();
    XYSeries series =
        chart.addSeries(levelName, new double[] {0, last}, new double[] {level, level});
    ChartStyle.applyDashed(chart);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(Color.GRAY);
    return chart;
  }

  /** One curve a run. */
  public static XYChart of(List<Run> runs) {
    return ChartStyle.applyDashed(curves(runs));
  }

  /**
   * One curve a run of a value of every step.
   *
   * @param what title of the vertical axis
   * @param value of a step's line, for instance {@code MetricsLine::gradientNorm}
   */
  public static XYChart ofSteps(String what, ToDoubleFunction<MetricsLine> value, Run... runs) {
    XYChart chart = chart("Training on " + runs[0].result().task(), what);
    for (Run run : runs) {
      List<MetricsLine> lines =
          run.metrics().stream().filter(line -> line.validation() == null).toList();
      double[] steps = lines.stream().mapToDouble(MetricsLine::step).toArray();
      chart.addSeries(name(run, List.of(runs)), steps, lines.stream().mapToDouble(value).toArray());
    }
    return ChartStyle.apply(chart);
  }

  private static XYChart chart(String title, String vertical) {
    return new XYChartBuilder()
        .width(WIDTH)
        .height(HEIGHT)
        .title(title)
        .xAxisTitle("optimiser step")
        .yAxisTitle(vertical)
        .build();
  }

  private static XYChart curves(List<Run> runs) {
    RunResult result = runs.get(0).result();
    XYChart chart =
        chart(
            "Validation score on " + result.task(),
            String.join(", ", result.validation().metrics().keySet()));
    for (Run run : runs) {
      List<MetricsLine> evaluations =
          run.metrics().stream().filter(line -> line.validation() != null).toList();
      double[] steps = evaluations.stream().mapToDouble(MetricsLine::step).toArray();
      double[] scores =
          evaluations.stream().mapToDouble(line -> Metric.average(line.validation())).toArray();
      chart.addSeries(name(run, runs), steps, scores);
    }
    return chart;
  }

  private static String name(Run run, List<Run> all) {
    RunResult own = run.result();
    List<RunResult> method =
        all.stream().map(Run::result).filter(r -> r.method().equals(own.method())).toList();
    List<RunResult> spec = method.stream().filter(r -> r.spec().equals(own.spec())).toList();
    String name = method.size() > spec.size() ? own.spec() : own.method();
    if (spec.size() == 1) {
      return name;
    }
    boolean seeds = spec.stream().map(RunResult::seed).distinct().count() == spec.size();
    return name + ", " + (seeds ? "seed " + own.seed() : place(run, all));
  }

  /** Its folder, from as far up as tells it from those of the others. */
  private static Path place(Run run, List<Run> all) {
    Path own = run.folder().path().toAbsolutePath().normalize();
    Path place = own.getFileName();
    while (place.getNameCount() < own.getNameCount() && !isAlone(place, all)) {
      int first = own.getNameCount() - place.getNameCount() - 1;
      place = own.subpath(first, own.getNameCount());
    }
    return place;
  }

  private static boolean isAlone(Path end, List<Run> all) {
    return all.stream()
            .map(run -> run.folder().path().toAbsolutePath().normalize())
            .filter(path -> path.endsWith(end))
            .distinct()
            .count()
        == 1;
  }
}
