package io.github.compacter4j.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.Arrays;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.AxesChartSeries;
import org.knowm.xchart.internal.series.MarkerSeries;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.HeatMapStyler;
import org.knowm.xchart.style.HorizontalBarStyler;
import org.knowm.xchart.style.PieStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The house style: shipped font, white ground, light grid, legend beside the plot, fixed colours.
 */
public final class ChartStyle {
  /** Of figures for a page: 16.9 cm as SVG or PDF, with text of 8 points. */
  static final int WIDTH = 640;

  static final int HEIGHT = 400;

  static final Color INK = new Color(0x333333);
  private static final Color GRID = new Color(0xE4E4E4);
  private static final Color FRAME = new Color(0xBBBBBB);

  private static final Color ERROR_BARS = new Color(0x808080);

  /** Round ends: XChart draws a curve as separate pieces, which must meet without gaps. */
  private static final BasicStroke LINE =
      new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);

  private static final Marker[] POINTS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP
  };

  private ChartStyle() {}

  /**
   * Gives the chart the house style and its series their colours; call it once all series are
   * added. Ranges, logarithmic axes, patterns of numbers and titles stay as they are.
   *
   * @return the same chart
   */
  public static <C extends Chart<?, ?>> C apply(C chart) {
    Styler styler = chart.getStyler();
    ground(styler);
    text(styler);
    legend(styler, chart.getSeriesCollection().size());
    if (styler instanceof AxesChartStyler axes) {
      axes(axes);
    }
    labels(styler);
    series(chart.getSeriesCollection(), styler);
    if (chart instanceof XYChart curves) {
      widen(curves);
    }
    return chart;
  }

  /** Gives a chart the project's style, with the legend in one row below the plot. */
  public static <C extends Chart<?, ?>> C applyLegendBelow(C chart) {
    apply(chart);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    return chart;
  }

  /**
   * Gives a chart the project's style, with every value of a curve marked by a point; curves of one
   * colour, which are one method with several options, differ in their points and dashes.
   */
  static XYChart applyWithPoints(XYChart chart) {
    applyDashed(chart);
    earlierUses(chart)
        .forEach((series, earlier) -> series.setMarker(POINTS[earlier % POINTS.length]));
    return chart;
  }

  /** Gives a chart the project's style, with curves of one colour in different dashes. */
  static XYChart applyDashed(XYChart chart) {
    apply(chart);
    earlierUses(chart)
        .forEach(
            (series, earlier) -> series.setLineStyle(earlier == 0 ? LINE : dashed(4f * earlier)));
    return chart;
  }

  /** How many series before it have a series' colour, of those that the legend shows. */
  private static Map<XYSeries, Integer> earlierUses(XYChart chart) {
    Map<Color, Integer> uses = new HashMap<>();
    Map<XYSeries, Integer> earlier = new LinkedHashMap<>();
    for (XYSeries series : chart.getSeriesCollection()) {
      if (series.isShowInLegend()) {
        earlier.put(series, uses.merge(series.getLineColor(), 1, Integer::sum) - 1);
      }
    }
    return earlier;
  }

  private static BasicStroke dashed(float length) {
    return new BasicStroke(
        2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {length, 4f}, 0f);
  }

  private static void ground(Styler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderColor(FRAME);
    styler.setSeriesColors(MethodColors.cycle().toArray(Color[]::new));
    styler.setSeriesMarkers(new Marker[] {SeriesMarkers.CIRCLE});
    styler.setSeriesLines(new BasicStroke[] {LINE});
    styler.setMarkerSize(7);
    styler.setLocale(Locale.ROOT);
    styler.setAntiAlias(true);
  }

  private static void text(Styler styler) {
    styler.setBaseFont(ChartFont.plain(11));
    styler.setChartFontColor(INK);
    styler.setChartTitleFont(ChartFont.bold(13));
    styler.setChartTitleFontColor(INK);
    styler.setChartTitleBoxVisible(false);
    styler.setAnnotationTextFont(ChartFont.plain(11));
    styler.setAnnotationTextPanelFont(ChartFont.plain(11));
    styler.setToolTipFont(ChartFont.plain(11));
  }

  private static void legend(Styler styler, int seriesCount) {
    boolean scale = styler instanceof HeatMapStyler;
    styler.setLegendVisible(seriesCount > 1 || scale);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setLegendLayout(Styler.LegendLayout.Vertical);
    styler.setLegendFont(ChartFont.plain(11));
    styler.setLegendBackgroundColor(Color.WHITE);
    styler.setLegendBorderColor(Color.WHITE);
  }

  private static void axes(AxesChartStyler styler) {
    styler.setAxisTitleFont(ChartFont.plain(12));
    styler.setAxisTickLabelsFont(ChartFont.plain(11));
    styler.setAxisTickLabelsColor(INK);
    styler.setAxisTickMarksColor(FRAME);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1f));
    styler.setErrorBarsColor(ERROR_BARS);
    styler.setPlotMargin(0);
    styler.setAxisTicksLineVisible(false);
  }

  private static void labels(Styler styler) {
    if (styler instanceof CategoryStyler bars) {
      bars.setLabelsFont(ChartFont.plain(10));
      bars.setPlotGridVerticalLinesVisible(false);
    } else if (styler instanceof HorizontalBarStyler bars) {
      bars.setLabelsFont(ChartFont.plain(10));
      bars.setPlotGridHorizontalLinesVisible(false);
    } else if (styler instanceof HeatMapStyler map) {
      map.setValueFont(ChartFont.plain(10));
      map.setPlotGridLinesVisible(false);
      map.setRangeColors(MethodColors.scale());
    } else if (styler instanceof PieStyler pie) {
      pie.setLabelsFont(ChartFont.plain(11));
    }
  }

  private static void series(Collection<? extends Series> all, Styler styler) {
    Iterator<Color> others = othersColors(all);
    for (Series series : all) {
      color(series, MethodColors.of(series.getName()).orElseGet(others::next));
      if (series instanceof MarkerSeries points
          && points.getMarker() == null
          && !isScatter(series, styler)) {
        points.setMarker(isOnePoint(series) ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      }
    }
  }

  /** Colours for the series that are no methods, without end. */
  private static Iterator<Color> othersColors(Collection<? extends Series> all) {
    List<Color> cycle =
        MethodColors.cycleBeside(all.stream().map(series -> series.getName()).toList());
    return Stream.iterate(0, i -> (i + 1) % cycle.size()).map(cycle::get).iterator();
  }

  private static void color(Series series, Color color) {
    series.setFillColor(color);
    if (series instanceof AxesChartSeries line) {
      line.setLineColor(color);
      line.setLineStyle(LINE);
    }
    if (series instanceof MarkerSeries points) {
      points.setMarkerColor(color);
    }
  }

  /** A curve of one point is seen by its marker alone. */
  private static boolean isOnePoint(Series series) {
    return series instanceof XYSeries curve && curve.getXData().length == 1;
  }

  /** Gives values that are all equal an axis of round numbers around them. */
  private static void widen(XYChart chart) {
    XYStyler styler = chart.getStyler();
    double[] x = ends(chart, XYSeries::getXData);
    if (x[0] == x[1] && styler.getXAxisMin() == null && !styler.isXAxisLogarithmic()) {
      styler.setXAxisMin(Math.floor(x[0]) - 1).setXAxisMax(Math.ceil(x[0]) + 1);
    }
    double[] y = ends(chart, XYSeries::getYData);
    if (y[0] == y[1] && styler.getYAxisMin() == null && !styler.isYAxisLogarithmic()) {
      styler.setYAxisMin(Math.floor(y[0]) - 1).setYAxisMax(Math.ceil(y[0]) + 1);
    }
  }

  private static double[] ends(XYChart chart, Function<XYSeries, double[]> values) {
    DoubleSummaryStatistics all =
        chart.getSeriesCollection().stream()
            .map(values)
            .flatMapToDouble(Arrays::stream)
            .filter(Double::isFinite)
            .summaryStatistics();
    return new double[] {all.getMin(), all.getMax()};
  }

  private static boolean isScatter(Series series, Styler styler) {
    return series instanceof XYSeries points
        && styler instanceof XYStyler chart
        && points.getXYSeriesRenderStyle().orElse(chart.getDefaultSeriesRenderStyle())
            == XYSeries.XYSeriesRenderStyle.Scatter;
  }
}
