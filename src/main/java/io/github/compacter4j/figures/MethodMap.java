package io.github.compacter4j.figures;

import io.github.compacter4j.methods.MethodFamily;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.paper.MethodAverage;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Many methods on one map: scores against trained parameters, a colour a family, and Student's 95 %
 * interval of the mean where a method has three seeds or more.
 */
public final class MethodMap {
  private static final int HEIGHT = 560;

  /** Of two seeds it would be twelve standard errors wide. */
  private static final int FEWEST_SEEDS = 3;

  private static final double ROOM = 0.06;

  private MethodMap() {}

  /**
   * A point a method, named beside it; of a method with several points with the words among its
   * options in which they differ. A method that trains nothing but the head stands at the left.
   *
   * @param title what is shown
   * @param score what the vertical axis shows
   * @param methods at least one, by their specs
   */
  public static XYChart of(String title, String score, List<MethodAverage> methods) {
    XYChart chart =
        new XYChartBuilder()
            .width(ChartStyle.WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("trained parameters in percent of the model")
            .yAxisTitle(score)
            .build();
    Map<MethodFamily, List<MethodAverage>> families = new LinkedHashMap<>();
    methods.stream()
        .collect(Collectors.groupingBy(m -> Methods.entry(spec(m).name()).family()))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> families.put(entry.getKey(), entry.getValue()));
    List<MethodAverage> inOrder = new ArrayList<>();
    families.values().forEach(inOrder::addAll);
    TrainedAxis axis = TrainedAxis.of(methods);
    families.forEach((family, points) -> add(chart, family, points, axis));
    ChartStyle.apply(chart);
    families.keySet().forEach(family -> color(chart, family));
    style(chart.getStyler(), methods);
    chart.addAnnotation(
        new PointLabels(
            inOrder.stream().map(m -> TrainedAxis.named(label(m, methods), m)).toList()));
    return chart;
  }

  /** Without what a table adds behind the spec. */
  private static MethodSpec spec(MethodAverage method) {
    return MethodSpec.parse(method.name().replaceFirst("^([^,\\[]+(\\[[^\\]]*\\])?).*", "$1"));
  }

  private static void add(
      XYChart chart, MethodFamily family, List<MethodAverage> points, TrainedAxis axis) {
    double[] bars = points.stream().mapToDouble(m -> half(m.score())).toArray();
    chart
        .addSeries(
            family.toString(),
            axis.places(points).toArray(),
            points.stream().mapToDouble(m -> m.score().mean()).toArray(),
            Arrays.stream(bars).allMatch(bar -> bar == 0) ? null : bars)
        .setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter)
        .setMarker(SeriesMarkers.CIRCLE);
  }

  /** Half of the interval's width; 0 for none. */
  private static double half(Summary score) {
    return score.n() < FEWEST_SEEDS
        ? 0
        : score.interval().map(i -> (i.high() - i.low()) / 2).orElse(0.0);
  }

  private static void color(XYChart chart, MethodFamily family) {
    XYSeries series = chart.getSeries(family.toString());
    series.setMarkerColor(new Color(family.colour()));
    series.setFillColor(new Color(family.colour()));
  }

  /** Its name, and the options that are words, where others of this method have other ones. */
  private static String label(MethodAverage method, List<MethodAverage> all) {
    MethodSpec spec = spec(method);
    List<MethodSpec> others =
        all.stream().map(MethodMap::spec).filter(o -> o.name().equals(spec.name())).toList();
    return spec.options().entrySet().stream()
        .filter(option -> option.getValue().matches("[a-z].*"))
        .filter(
            option ->
                others.stream()
                    .anyMatch(o -> !o.option(option.getKey()).equals(spec.option(option.getKey()))))
        .map(option -> " " + option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining("", spec.name(), ""));
  }

  private static void style(XYStyler styler, List<MethodAverage> methods) {
    styler.setLegendVisible(true).setLegendPosition(LegendPosition.InsideSE);
    TrainedAxis axis = TrainedAxis.of(methods);
    double least = axis.places(methods).min().orElseThrow() / 1.2;
    styler.setXAxisMin(Math.pow(10, Math.floor(Math.log10(least)))); // where a tick is
    styler.setXAxisMax(axis.places(methods).max().orElseThrow() * 2);
    double low = methods.stream().mapToDouble(m -> low(m.score())).min().orElseThrow();
    double high = methods.stream().mapToDouble(m -> high(m.score())).max().orElseThrow();
    TrainedAxis.style(styler, low, high, ROOM);
  }

  private static double low(Summary score) {
    return score.mean() - half(score);
  }

  private static double high(Summary score) {
    return score.mean() + half(score);
  }
}
