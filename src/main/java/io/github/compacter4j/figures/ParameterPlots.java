package io.github.compacter4j.figures;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.T5Config;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.XYStyler;

/** Trained parameters against a method's options, and by kind of tensor. */
public final class ParameterPlots {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;
  private static final int LARGEST_N = 96;

  private ParameterPlots() {}

  /**
   * Trained parameters against the bottleneck k, for every k = d / reduction from 4 to d / 2; both
   * axes are logarithmic, and points that are impossible for a method are left out.
   *
   * @param methods specs of methods that have the option {@code reduction} but do not give it
   */
  public static XYChart againstBottleneck(T5Config config, Collection<String> methods) {
    int d = config.dModel();
    int[] sizes = IntStream.rangeClosed(4, d / 2).filter(k -> d % k == 0).toArray();
    XYChart chart = chart("Trained parameters against the bottleneck", "bottleneck k");
    methods.forEach(spec -> add(chart, config, spec, sizes, "reduction", k -> d / k));
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisLogarithmicDecadeOnly(false);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(ParameterPlots::ifRound);
    return finish(chart);
  }

  /**
   * Trained parameters against the number n of Kronecker products, on a logarithmic axis; points
   * that are impossible for a method are left out.
   *
   * @param methods specs of methods that have the option {@code n} but do not give it
   */
  public static XYChart againstN(T5Config config, Collection<String> methods) {
    int[] numbers = IntStream.rangeClosed(1, LARGEST_N).toArray();
    XYChart chart = chart("Trained parameters against n", "number n of Kronecker products");
    methods.forEach(spec -> add(chart, config, spec, numbers, "n", n -> n));
    return finish(chart);
  }

  /** What trains, by kind of tensor: the share in percent of each group of a count. */
  public static HorizontalBarChart groups(ParameterCount count) {
    List<String> names = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    count
        .groups()
        .forEach(
            (name, group) -> {
              names.add(0, name + "  " + grouped(group.params())); // bars are drawn from below
              shares.add(0, 100.0 * group.params() / count.trainable());
            });
    HorizontalBarChart chart =
        new HorizontalBarChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(
                "Where the "
                    + grouped(count.trainable())
                    + " parameters of "
                    + count.method()
                    + " are")
            .xAxisTitle("percent of what trains")
            .build();
    chart.addSeries(count.method(), shares, names);
    ChartStyle.apply(chart);
    chart.getStyler().setXAxisTickMarkSpacingHint(30); // XChart spaces the names by the other axis
    return chart;
  }

  private static String grouped(double count) {
    return String.format(Locale.ROOT, "%,.0f", count);
  }

  private static void add(
      XYChart chart,
      T5Config config,
      String spec,
      int[] values,
      String option,
      IntUnaryOperator valueOf) {
    List<Integer> x = new ArrayList<>();
    List<Long> y = new ArrayList<>();
    for (int value : values) {
      OptionalLong trainable =
          trainable(config, MethodSpec.parse(spec).with(option, valueOf.applyAsInt(value)));
      if (trainable.isPresent()) {
        x.add(value);
        y.add(trainable.getAsLong());
      }
    }
    if (x.isEmpty()) {
      throw UserException.usage(spec + " is impossible for every value of the horizontal axis");
    }
    chart.addSeries(spec, x, y);
  }

  /** The count, or nothing where the method is impossible for these sizes. */
  private static OptionalLong trainable(T5Config config, MethodSpec spec) {
    var method = Methods.of(spec); // an unknown method or option is a mistake, not a gap
    try {
      return OptionalLong.of(ParameterCounter.count(config, method).trainable());
    } catch (UserException impossible) {
      return OptionalLong.empty();
    }
  }

  private static XYChart chart(String title, String xTitle) {
    return new XYChartBuilder()
        .width(WIDTH)
        .height(HEIGHT)
        .title(title)
        .xAxisTitle(xTitle)
        .yAxisTitle("trained parameters")
        .build();
  }

  private static XYChart finish(XYChart chart) {
    ChartStyle.applyWithPoints(chart);
    XYStyler styler = chart.getStyler();
    styler.setYAxisLogarithmic(true);
    styler.setYAxisLogarithmicDecadeOnly(false);
    styler.setYAxisTickLabelsFormattingFunction(ParameterPlots::ifRound);
    styler.setYAxisMin(round(extreme(chart, Math::min), RoundingMode.DOWN));
    styler.setYAxisMax(round(extreme(chart, Math::max), RoundingMode.UP));
    return chart;
  }

  private static double extreme(XYChart chart, DoubleBinaryOperator of) {
    return chart.getSeriesCollection().stream()
        .flatMapToDouble(series -> Arrays.stream(series.getYData()))
        .reduce(of)
        .orElseThrow();
  }

  /** The next of 1, 2, 5, 10, 20, 50, ... below or above: an axis that ends there has a label. */
  private static double round(double value, RoundingMode mode) {
    double decade = Math.pow(10, Math.floor(Math.log10(value)));
    DoubleStream steps = DoubleStream.of(1, 2, 5, 10).map(step -> step * decade);
    return mode == RoundingMode.DOWN
        ? steps.filter(step -> step <= value).max().orElseThrow()
        : steps.filter(step -> step >= value).min().orElseThrow();
  }

  /** The labels 1, 2, 5, 10, 20, 50, ... of a logarithmic axis; there is no room for more. */
  private static String ifRound(double value) {
    String digits = grouped(value);
    return digits.matches("[125][0,]*") ? digits : "";
  }
}
