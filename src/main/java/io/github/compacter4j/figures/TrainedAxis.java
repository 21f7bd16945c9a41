package io.github.compacter4j.figures;

import io.github.compacter4j.paper.MethodAverage;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.knowm.xchart.style.AxesChartStyler;

/**
 * A logarithmic axis of trained parameters, at whose left a method stands that trains nothing but
 * the head.
 *
 * @param least the smallest share above zero, in percent
 */
record TrainedAxis(double least) {
  /** By how much zero stands to the left of the smallest share. */
  private static final double APART = 3;

  static TrainedAxis of(List<MethodAverage> methods) {
    return new TrainedAxis(
        methods.stream()
            .mapToDouble(MethodAverage::percent)
            .filter(percent -> percent > 0)
            .min()
            .orElse(1));
  }

  /** Where a method stands. */
  double place(MethodAverage method) {
    return method.percent() > 0 ? method.percent() : least / APART;
  }

  /** Where methods stand. */
  DoubleStream places(List<MethodAverage> methods) {
    return methods.stream().mapToDouble(this::place);
  }

  /** A name that says so where the place does not. */
  static String named(String name, MethodAverage method) {
    return method.percent() > 0 ? name : name + ": 0 %";
  }

  /**
   * Styles the axes of a chart of scores over trained parameters.
   *
   * @param low the least score that shows
   * @param high the greatest
   * @param room what is left free above and below, as a share of their distance
   */
  static void style(AxesChartStyler styler, double low, double high, double room) {
    styler.setXAxisLogarithmic(true);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setXAxisTickLabelsFormattingFunction(TrainedAxis::percent);
    double free = Math.max(1, room * (high - low));
    styler.setYAxisMin(Math.floor(low - free));
    styler.setYAxisMax(Math.ceil(high + free));
  }

  private static String percent(double value) {
    return value >= 1
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(Math.round(value * 1e6) / 1e6);
  }
}
