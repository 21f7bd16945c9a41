package io.github.compacter4j.figures;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;

/**
 * Gives curves over steps an axis with few round numbers.
 *
 * <p>Where x values are equally spaced, XChart puts as many of them on the axis as just fit, label
 * touching label. While a chart is drawn, one value of a long curve is moved by a hundredth of a
 * pixel, so that XChart's ordinary choice of round numbers applies.
 */
final class RoundTicks {
  /** XChart calls values equally spaced if no distance differs by more than half of this. */
  private static final double NUDGE = 2e-4;

  /** Fewer points are shown one by one: epochs 1, 2, 3 rather than 0.5, 1.5, 2.5. */
  private static final int LONG = 13;

  private static final double LEAST_RANGE = 10;

  private RoundTicks() {}

  /**
   * Labels of an axis on which things stand at 0, 1, 2, ...; XChart draws no labels at all where
   * those of the axis's ends are equal, so the lower end's differs.
   */
  static Function<Double, String> namesOf(List<String> names) {
    return value -> {
      int index = (int) Math.round(value);
      boolean exact = Math.abs(value - index) < 1e-6 && index >= 0 && index < names.size();
      return exact ? names.get(index) : value < 0 ? " " : "";
    };
  }

  static void during(Chart<?, ?> chart, Runnable drawing) {
    Map<XYSeries, double[]> original = new HashMap<>();
    for (Series series : chart.getSeriesCollection()) {
      if (series instanceof XYSeries curve && isLong(curve)) {
        original.put(curve, curve.getXData());
        replaceX(curve, nudged(curve.getXData()));
      }
    }
    try {
      drawing.run();
    } finally {
      original.forEach(RoundTicks::replaceX);
    }
  }

  /** A curve of which the user shows a section is left alone. */
  private static boolean isLong(XYSeries curve) {
    double[] x = curve.getXData();
    return curve.isAllXData()
        && x.length >= LONG
        && Math.abs(x[x.length - 1] - x[0]) >= LEAST_RANGE;
  }

  private static double[] nudged(double[] x) {
    double[] moved = x.clone();
    moved[1] += NUDGE;
    return moved;
  }

  private static void replaceX(XYSeries curve, double[] x) {
    curve.replaceData(x, curve.getYData(), curve.getExtraValues());
  }
}
