package io.github.compacter4j.figures;

import io.github.compacter4j.UserException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;

/** How often values fall into ranges of equal width. */
public final class Histograms {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;

  private Histograms() {}

  /**
   * One outline a group, in percent of its values, so that groups of any size compare.
   *
   * @param groups values from 0 by the name of their group; none is empty
   * @param binWidth of the ranges; the first one starts at 0
   * @param last the greatest value shown; greater ones are counted in the last range
   * @throws UserException (wrong usage) where the last value is no multiple of the width
   */
  public static XYChart of(
      String title, String axis, Map<String, int[]> groups, int binWidth, int last) {
    if (binWidth < 1 || last < binWidth || last % binWidth != 0) {
      throw UserException.usage(
          "histogram: expected a width from 1 and a multiple of it to end at, found %d and %d"
              .formatted(binWidth, last));
    }
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(axis)
            .yAxisTitle("percent of the rows")
            .build();
    double[] edges =
        IntStream.rangeClosed(0, last / binWidth).mapToDouble(i -> i * binWidth).toArray();
    groups.forEach(
        (name, values) -> chart.addSeries(name, edges, closed(percent(values, binWidth, last))));
    ChartStyle.apply(chart);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Step);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax((double) last).setYAxisMin(0.0);
    return chart;
  }

  /** The share of the values in each range, in percent. */
  static double[] percent(int[] values, int binWidth, int last) {
    int bins = last / binWidth;
    double[] percent = new double[bins];
    for (int value : values) {
      percent[Math.min(value / binWidth, bins - 1)] += 100.0 / values.length;
    }
    return percent;
  }

  /** A step lasts to the next edge, so the last one stands twice. */
  private static double[] closed(double[] percent) {
    double[] closed = Arrays.copyOf(percent, percent.length + 1);
    closed[percent.length] = percent[percent.length - 1];
    return closed;
  }
}
