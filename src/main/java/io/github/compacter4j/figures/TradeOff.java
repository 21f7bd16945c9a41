package io.github.compacter4j.figures;

import io.github.compacter4j.paper.MethodAverage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BubbleChart;
import org.knowm.xchart.BubbleChartBuilder;
import org.knowm.xchart.BubbleSeries;
import org.knowm.xchart.style.BubbleStyler;

/** The paper's Figure 1: scores against trained parameters, with memory as the area of circles. */
public final class TradeOff {
  private static final int HEIGHT = 460;
  private static final double DIAMETER = 10;
  private static final double LARGEST = 26;
  private static final int OPACITY = 150;

  /** Share of the range of scores that is left free above and below. */
  private static final double ROOM = 0.1;

  private TradeOff() {}

  /**
   * A circle a method, named beside it; areas are proportional to memory where all have it, and
   * else all equal. A method that trains nothing but the head stands at the left end.
   *
   * @param title what is shown
   * @param score what the vertical axis shows
   * @param methods at least one
   */
  public static BubbleChart of(String title, String score, List<MethodAverage> methods) {
    BubbleChart chart =
        new BubbleChartBuilder()
            .width(ChartStyle.WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("trained parameters in percent of the model")
            .yAxisTitle(score)
            .build();
    TrainedAxis axis = TrainedAxis.of(methods);
    boolean memory = methods.stream().allMatch(m -> m.memory().isPresent());
    double most = methods.stream().mapToDouble(m -> m.memory().orElse(1)).max().orElseThrow();
    for (MethodAverage method : methods) {
      double diameter =
          memory ? LARGEST * Math.sqrt(method.memory().getAsDouble() / most) : DIAMETER;
      chart.addSeries(
          legend(method, memory),
          new double[] {axis.place(method)},
          new double[] {method.score().mean()},
          new double[] {diameter});
    }
    ChartStyle.apply(chart);
    chart.getStyler().setLegendVisible(memory); // which it tells; names stand beside the circles
    chart.getSeriesCollection().forEach(TradeOff::lighten);
    style(chart.getStyler(), methods);
    chart.addAnnotation(
        new PointLabels(methods.stream().map(m -> TrainedAxis.named(m.name(), m)).toList()));
    return chart;
  }

  private static String legend(MethodAverage method, boolean memory) {
    return memory
        ? String.format(Locale.ROOT, "%s: %.0f MB", method.name(), method.memory().getAsDouble())
        : TrainedAxis.named(method.name(), method);
  }

  private static void lighten(BubbleSeries series) {
    Color color = series.getFillColor();
    series.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), OPACITY));
    series.setLineStyle(new BasicStroke(1f));
  }

  private static void style(BubbleStyler styler, List<MethodAverage> methods) {
    TrainedAxis axis = TrainedAxis.of(methods);
    styler.setXAxisMin(axis.places(methods).min().orElseThrow() / 3);
    styler.setXAxisMax(axis.places(methods).max().orElseThrow() * 3);
    double low = methods.stream().mapToDouble(m -> m.score().mean()).min().orElseThrow();
    double high = methods.stream().mapToDouble(m -> m.score().mean()).max().orElseThrow();
    TrainedAxis.style(styler, low, high, ROOM);
  }
}
