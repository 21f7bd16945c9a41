package io.github.compacter4j.figures;

import io.github.compacter4j.results.ScoreSeries;
import io.github.compacter4j.results.ScoreSeries.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Scores over the values of a setting: training rows (the paper's low-resource figure), n, the
 * reduction factor, or any other; bands of one standard deviation over seeds to each side.
 */
public final class ScoreCurves {
  private static final int PLOT_WIDTH = 450; // about, for the distance of ticks
  private static final int OPACITY = 48;
  private static final BasicStroke NO_EDGE = new BasicStroke(0f);

  private ScoreCurves() {}

  /**
   * One curve a series; the values of the setting stand at equal distances, whatever their size.
   *
   * @param title what is shown
   * @param setting what varies, for the axis
   * @param all from {@code Results.over}, at least one
   */
  public static XYChart of(String title, String setting, List<ScoreSeries> all) {
    List<String> values = values(all);
    XYChart chart =
        new XYChartBuilder()
            .width(ChartStyle.WIDTH)
            .height(ChartStyle.HEIGHT)
            .title(title)
            .xAxisTitle(setting)
            .yAxisTitle("score in percent, mean of the seeds")
            .build();
    all.forEach(series -> addBand(chart, series, values));
    all.forEach(series -> addCurve(chart, series, values));
    ChartStyle.applyWithPoints(chart);
    all.forEach(series -> styleBand(chart, series));
    style(chart.getStyler(), values);
    chart.getStyler().setLegendVisible(true);
    return chart;
  }

  /** The values of all series, each behind those that stand before it in a series. */
  private static List<String> values(List<ScoreSeries> all) {
    Set<String> values = new LinkedHashSet<>();
    all.forEach(series -> series.points().forEach(point -> values.add(point.value())));
    List<String> sorted = new ArrayList<>(values);
    sorted.sort(ScoreSeries.BY_SIZE);
    return sorted;
  }

  private static void addCurve(XYChart chart, ScoreSeries series, List<String> values) {
    chart.addSeries(
        series.name(),
        series.points().stream().map(point -> values.indexOf(point.value())).toList(),
        series.points().stream().map(point -> point.score().mean()).toList());
  }

  /** There and back again around the curve. */
  private static void addBand(XYChart chart, ScoreSeries series, List<String> values) {
    List<Point> points = new ArrayList<>(series.points());
    List<Integer> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (int sign : new int[] {1, -1}) {
      for (Point point : points) {
        double sd = point.score().n() > 1 ? point.score().sd() : 0;
        x.add(values.indexOf(point.value()));
        y.add(point.score().mean() + sign * sd);
      }
      Collections.reverse(points);
    }
    chart.addSeries(band(series), x, y).setShowInLegend(false);
  }

  private static String band(ScoreSeries series) {
    return series.name() + " (standard deviation)";
  }

  private static void styleBand(XYChart chart, ScoreSeries series) {
    Color color = chart.getSeries(series.name()).getLineColor();
    XYSeries band = chart.getSeries(band(series));
    band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    band.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), OPACITY));
    band.setLineColor(new Color(0, true));
    band.setLineStyle(NO_EDGE);
    band.setMarker(SeriesMarkers.NONE);
  }

  /** A tick a value. */
  private static void style(XYStyler styler, List<String> values) {
    styler.setXAxisTickMarkSpacingHint(PLOT_WIDTH / Math.max(2, values.size() - 1));
    styler.setXAxisTickLabelsFormattingFunction(RoundTicks.namesOf(values));
  }
}
