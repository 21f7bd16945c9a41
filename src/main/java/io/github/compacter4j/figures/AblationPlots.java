package io.github.compacter4j.figures;

import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.results.AblationResult;
import io.github.compacter4j.tasks.find.Split;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Scores against the values of an option. */
public final class AblationPlots {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;

  private AblationPlots() {}

  /**
   * One curve a split and metric over the values, which stand at equal distances; of several seeds
   * the means, with bars of one standard deviation.
   */
  public static CategoryChart of(AblationResult ablation) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(ablation.title())
            .xAxisTitle(ablation.option())
            .yAxisTitle("score")
            .build();
    for (String metric : ablation.metrics()) {
      for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
        add(chart, ablation, split, metric);
      }
    }
    ChartStyle.apply(chart);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    chart.getStyler().setOverlapped(true); // a value's points stand above each other
    chart.getSeriesCollection().forEach(series -> series.setMarker(SeriesMarkers.CIRCLE));
    return chart;
  }

  private static void add(
      CategoryChart chart, AblationResult ablation, Split split, String metric) {
    List<String> values = ablation.rows().stream().map(row -> row.value().toString()).toList();
    List<Summary> scores = ablation.rows().stream().map(row -> row.score(split, metric)).toList();
    List<Double> means = scores.stream().map(Summary::mean).toList();
    boolean several = scores.get(0).n() > 1;
    chart.addSeries(
        split + " " + metric,
        values,
        means,
        several ? scores.stream().map(Summary::sd).toList() : null);
  }
}
