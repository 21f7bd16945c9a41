package io.github.compacter4j.figures;

import java.awt.Color;
import java.awt.font.FontRenderContext;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.HeatMapStyler;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Matrices as pictures: blue below zero, white at zero, red above; row 0 on top, as one writes
 * them.
 */
public final class HeatMaps {
  private static final int LARGEST_SIDE = 640;
  private static final int SMALLEST_SIDE = 80;
  private static final int SMALLEST_HEIGHT = 185; // room for the scale of colours
  private static final int LARGEST_CELL = 40;
  private static final int MARGIN_WIDTH = 100;
  private static final int MARGIN_HEIGHT = 45;

  private static final int LARGEST_SCALE = 200;
  private static final int SCALE_MARGIN = 75;
  private static final Color BETWEEN = new Color(0xE4E4E4);

  private HeatMaps() {}

  /**
   * A picture of a matrix (rows, columns), or of a stack of matrices (n, rows, columns) side by
   * side; the range of colours is symmetric around zero.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static HeatMapChart of(String title, INDArray matrices) {
    if (matrices.rank() != 2 && matrices.rank() != 3) {
      throw new IllegalArgumentException(
          "expected a matrix or a stack of matrices, found " + matrices.shapeInfoToString());
    }
    INDArray stack =
        matrices.rank() == 3 ? matrices : matrices.reshape(1, matrices.rows(), matrices.columns());
    int count = (int) stack.size(0);
    int rows = (int) stack.size(1);
    int columns = (int) (count * (stack.size(2) + 1) - 1); // one empty column between matrices
    double cell = cell(rows, columns);
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(MARGIN_WIDTH + Math.max(side(columns * cell), titleWidth(title)))
            .height(Math.max(SMALLEST_HEIGHT, MARGIN_HEIGHT + side(rows * cell)))
            .title(title)
            .build();
    chart.addSeries("values", numbers(columns), numbers(rows), cells(stack));
    style(chart, matrices.amaxNumber().doubleValue());
    return chart;
  }

  private static double cell(int rows, int columns) {
    return Math.min(LARGEST_CELL, (double) LARGEST_SIDE / Math.max(rows, columns));
  }

  private static int side(double pixels) {
    return (int) Math.max(SMALLEST_SIDE, Math.round(pixels));
  }

  /** A title is centred over the plot; a longer one would be cut off. */
  private static int titleWidth(String title) {
    FontRenderContext screen = new FontRenderContext(null, true, true);
    return (int) Math.ceil(ChartFont.bold(13).getStringBounds(title, screen).getWidth());
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  /** Triples (column, row from below, value). */
  private static List<Number[]> cells(INDArray stack) {
    List<Number[]> cells = new ArrayList<>();
    long rows = stack.size(1);
    long columns = stack.size(2);
    for (long i = 0; i < stack.size(0); i++) {
      for (long row = 0; row < rows; row++) {
        for (long column = 0; column < columns; column++) {
          double value = stack.getDouble(i, row, column);
          cells.add(new Number[] {i * (columns + 1) + column, rows - 1 - row, value});
        }
      }
    }
    return cells;
  }

  private static void style(HeatMapChart chart, double largest) {
    ChartStyle.apply(chart);
    HeatMapStyler styler = chart.getStyler();
    styler.setRangeColors(MethodColors.divergingScale());
    styler.setMin(-roundedUp(largest));
    styler.setMax(roundedUp(largest));
    styler.setPlotBackgroundColor(BETWEEN);
    styler.setAxisTicksVisible(false);
    styler.setGradientColorColumnWeight(16);
    styler.setGradientColorColumnHeight(Math.min(LARGEST_SCALE, chart.getHeight() - SCALE_MARGIN));
    styler.setDrawBorder(false);
    styler.setPlotContentSize(1);
  }

  /** The next number of two digits, so that the scale of colours ends at a short one. */
  private static double roundedUp(double largest) {
    return largest == 0
        ? 1
        : new BigDecimal(largest).round(new MathContext(2, RoundingMode.UP)).doubleValue();
  }
}
