package io.github.compacter4j.figures;

import io.github.compacter4j.bench.StepBenchmark.Cost;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.paper.Paper;
import io.github.compacter4j.paper.PaperEfficiency;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;

/**
 * Memory and time of methods as bars, each with its ratio to the first, which is full fine-tuning.
 */
public final class CostBars {
  private static final int HEIGHT_OF_A_BAR = 26;
  private static final int MARGIN = 110;

  /** XChart places nothing on axes of less than 74 pixels. */
  private static final int FEWEST = 4;

  private static final float THICKNESS = 15;

  /** Room at the right for the longest bar's ratio. */
  private static final double ROOM = 1.12;

  private static final String PAPER = "the paper's ratio (T5-base)";

  /** A method, its cost, and the ratio that the paper prints. */
  private record Bar(String name, double cost, Optional<Double> paper) {
    /** Where the bar and its mark end, if the first bar is so long. */
    double end(double first) {
      return Math.max(cost, first * paper.orElse(0.0));
    }
  }

  private CostBars() {}

  /** Memory of training beside what the paper measured; full fine-tuning first. */
  public static XYChart memory(List<Cost> costs) {
    return measured(
        "Memory of training steps",
        "megabytes above the loaded model",
        costs,
        cost -> cost.memoryBytes() / 1e6,
        Paper.EFFICIENCY::memoryRatio);
  }

  /** Time of training beside what the paper measured; full fine-tuning first. */
  public static XYChart time(List<Cost> costs) {
    return measured(
        "Time of training steps", "seconds", costs, Cost::seconds, Paper.EFFICIENCY::timeRatio);
  }

  /** The memory that the paper prints. */
  public static XYChart memory(PaperEfficiency paper) {
    return printed(
        "Memory in the paper (T5-base)", "megabytes", paper, row -> row.memory().doubleValue());
  }

  /** The time that the paper prints. */
  public static XYChart time(PaperEfficiency paper) {
    return printed(
        "Time in the paper (T5-base)",
        "minutes for an epoch of MNLI",
        paper,
        row -> row.minutes().doubleValue());
  }

  private static XYChart measured(
      String title,
      String axis,
      List<Cost> costs,
      ToDoubleFunction<Cost> measure,
      Function<PaperEfficiency.Row, Number> ratio) {
    return bars(
        title,
        axis,
        costs.stream()
            .map(
                cost ->
                    new Bar(
                        name(cost.method(), costs),
                        measure.applyAsDouble(cost),
                        Paper.EFFICIENCY
                            .row(cost.method())
                            .map(row -> ratio.apply(row).doubleValue())))
            .toList());
  }

  private static XYChart printed(
      String title,
      String axis,
      PaperEfficiency paper,
      ToDoubleFunction<PaperEfficiency.Row> measure) {
    return bars(
        title,
        axis,
        paper.rows().stream()
            .map(row -> new Bar(name(row.spec()), measure.applyAsDouble(row), Optional.empty()))
            .toList());
  }

  /** Its options too where a method was measured several times. */
  private static String name(String spec, List<Cost> all) {
    long same = all.stream().filter(cost -> name(cost.method()).equals(name(spec))).count();
    return same == 1 ? name(spec) : spec;
  }

  private static String name(String spec) {
    return MethodSpec.parse(spec).name();
  }

  /** Bars are the thick lines of a chart whose y are the methods' numbers from below. */
  private static XYChart bars(String title, String axis, List<Bar> fromTop) {
    List<Bar> bars = new ArrayList<>(fromTop);
    Collections.reverse(bars);
    double first = fromTop.get(0).cost();
    XYChart chart =
        new XYChartBuilder()
            .width(ChartStyle.WIDTH)
            .height(MARGIN + HEIGHT_OF_A_BAR * Math.max(FEWEST, bars.size()))
            .title(title)
            .xAxisTitle(axis)
            .build();
    for (int i = 0; i < bars.size(); i++) {
      double[] ends = {0, bars.get(i).cost()};
      chart.addSeries(bars.get(i).name(), ends, new double[] {i, i}).setShowInLegend(false);
    }
    List<Bar> compared = bars.stream().filter(bar -> bar.paper().isPresent()).toList();
    if (!compared.isEmpty()) {
      List<Double> printed = compared.stream().map(bar -> first * bar.paper().get()).toList();
      chart
          .addSeries(PAPER, printed, compared.stream().map(bars::indexOf).toList())
          .setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    }
    ChartStyle.applyLegendBelow(chart);
    chart.getStyler().setLegendVisible(!compared.isEmpty());
    chart.getSeriesCollection().forEach(CostBars::style);
    style(chart.getStyler(), bars, extent(chart));
    bars.forEach(
        bar ->
            chart.addAnnotation(
                new BarLabel("× %.2f", bar.cost() / first, bar.end(first), bars.indexOf(bar))));
    return chart;
  }

  private static double extent(XYChart chart) {
    return chart.getSeriesCollection().stream().mapToDouble(s -> s.getXMax()).max().orElseThrow();
  }

  private static void style(XYSeries series) {
    if (series.getName().equals(PAPER)) {
      series.setMarker(new OutlinedDiamond());
    } else {
      series.setLineStyle(new BasicStroke(THICKNESS, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    }
  }

  private static void style(XYStyler styler, List<Bar> bars, double extent) {
    styler.setXAxisMin(0.0);
    styler.setXAxisMax(ROOM * extent);
    styler.setYAxisMin(-0.5);
    styler.setYAxisMax(bars.size() - 0.5);
    styler.setYAxisTickMarkSpacingHint(HEIGHT_OF_A_BAR);
    styler.setPlotGridHorizontalLinesVisible(false);
    styler.setYAxisTickLabelsFormattingFunction(
        RoundTicks.namesOf(bars.stream().map(Bar::name).toList()));
  }

  /** Stands out on bars of every colour. */
  private static final class OutlinedDiamond extends Marker {
    @Override
    public void paint(Graphics2D g, double x, double y, int size) {
      Path2D diamond = new Path2D.Double();
      diamond.moveTo(x - size / 2.0, y);
      diamond.lineTo(x, y - size / 2.0);
      diamond.lineTo(x + size / 2.0, y);
      diamond.lineTo(x, y + size / 2.0);
      diamond.closePath();
      g.setColor(Color.WHITE);
      g.fill(diamond);
      g.setColor(ChartStyle.INK);
      g.setStroke(new BasicStroke(1.2f));
      g.draw(diamond);
    }
  }
}
