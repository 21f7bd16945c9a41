package io.github.compacter4j.figures;

import io.github.compacter4j.analysis.Spectrum;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Singular values of matrices against their number, each relative to the matrix's largest. */
public final class Spectra {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;

  private Spectra() {}

  /** One curve a spectrum, in the map's order; zero spectra are flat at zero. */
  public static XYChart of(String title, Map<String, Spectrum> spectra) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("number of the singular value")
            .yAxisTitle("value / largest value")
            .build();
    spectra.forEach((name, spectrum) -> add(chart, name, spectrum.values()));
    ChartStyle.applyWithPoints(chart);
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  private static void add(XYChart chart, String name, double[] values) {
    double[] numbers = IntStream.rangeClosed(1, values.length).asDoubleStream().toArray();
    double largest = values[0] == 0 ? 1 : values[0];
    double[] relative =
        IntStream.range(0, values.length).mapToDouble(i -> values[i] / largest).toArray();
    chart.addSeries(name, numbers, relative);
  }
}
