package io.github.compacter4j.figures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.analysis.Algebras;
import io.github.compacter4j.analysis.Spectrum;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.T5Config;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightChartsTest {
  private static Map<Integer, Integer> colours(HeatMapChart chart) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Charts.png(chart)));
    Map<Integer, Integer> counts = new HashMap<>();
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        counts.merge(image.getRGB(x, y), 1, Integer::sum);
      }
    }
    return counts;
  }

  @Test
  void zeroIsWhiteAndTheEndsAreBlueAndRed() throws IOException {
    INDArray signs = Nd4j.createFromArray(new double[][] {{1, 0}, {-1, 0}});
    Map<Integer, Integer> counts = colours(HeatMaps.of("signs", signs));
    Color[] scale = MethodColors.divergingScale();
    int blue = counts.get(scale[0].getRGB());
    int red = counts.get(scale[scale.length - 1].getRGB());
    assertTrue(blue > 2000 && Math.abs(blue - red) < 0.1 * blue, blue + " " + red);
    assertEquals(Color.WHITE, scale[scale.length / 2]);
  }

  @Test
  void theRangeIsSymmetricAndRoundedUp() {
    INDArray values = Nd4j.createFromArray(new double[][] {{0.5, 0.1}, {-2.431, 0}});
    HeatMapChart chart = HeatMaps.of("values", values);
    assertEquals(2.5, chart.getStyler().getMax());
    assertEquals(-2.5, chart.getStyler().getMin());
    INDArray zero = Nd4j.zeros(DataType.DOUBLE, 2, 2);
    assertEquals(1, HeatMaps.of("zero", zero).getStyler().getMax());
  }

  @Test
  void rowZeroIsOnTopAndStacksStandSideBySide() {
    INDArray one = Nd4j.createFromArray(new double[][] {{7, 8}, {9, 10}, {11, 12}});
    List<? extends Number[]> cells = HeatMaps.of("one", one).getHeatMapSeries().getHeatData();
    assertArrayEquals(new Number[] {0L, 2L, 7.0}, cells.get(0));
    assertArrayEquals(new Number[] {1L, 0L, 12.0}, cells.get(5));
    HeatMapChart stack = HeatMaps.of("A", Algebras.quaternions());
    assertEquals(4 * 4 + 3, stack.getHeatMapSeries().getXData().size());
    assertEquals(64, stack.getHeatMapSeries().getHeatData().size());
    INDArray vector = Nd4j.zeros(DataType.DOUBLE, 3);
    assertThrows(IllegalArgumentException.class, () -> HeatMaps.of("vector", vector));
  }

  @Test
  void theScaleOfColoursIsInTheSvgToo() {
    String svg = Charts.svg(HeatMaps.of("A", Algebras.quaternions()));
    assertEquals(1, svg.split("<linearGradient", -1).length - 1);
    assertEquals(MethodColors.divergingScale().length, svg.split("<stop ", -1).length - 1);
    String id = svg.replaceAll("(?s).*<linearGradient[^>]* id=\"([^\"]+)\".*", "$1");
    assertTrue(svg.contains("url(#" + id + ")"), id);
  }

  @Test
  void singularValuesAreRelativeToTheLargest() {
    Map<String, Spectrum> spectra = new LinkedHashMap<>();
    spectra.put("diagonal", Spectrum.of(Nd4j.diag(Nd4j.createFromArray(4.0, 1.0, 2.0))));
    spectra.put("zero", Spectrum.of(Nd4j.zeros(DataType.DOUBLE, 2, 2)));
    XYChart chart = Spectra.of("spectra", spectra);
    assertArrayEquals(new double[] {1, 0.5, 0.25}, chart.getSeries("diagonal").getYData(), 1e-15);
    assertArrayEquals(new double[] {1, 2, 3}, chart.getSeries("diagonal").getXData());
    assertArrayEquals(new double[] {0, 0}, chart.getSeries("zero").getYData());
  }

  @Test
  void pointsAreTheCounts() {
    List<String> methods = List.of("compacter", "compacter++");
    XYChart k = ParameterPlots.againstBottleneck(T5Config.base(), methods);
    assertEquals(104_704, y(k.getSeries("compacter++"), 24));
    assertEquals(161_728, y(k.getSeries("compacter"), 24));
    XYChart n = ParameterPlots.againstN(T5Config.base(), methods);
    assertEquals(106_368, y(n.getSeries("compacter++"), 12));
    assertArrayEquals(
        new double[] {1, 2, 3, 4, 6, 8, 12, 24},
        n.getSeries("compacter").getXData(),
        0,
        "the n that divide the bottleneck 24");
  }

  private static double y(XYSeries series, double x) {
    for (int i = 0; i < series.getXData().length; i++) {
      if (series.getXData()[i] == x) {
        return series.getYData()[i];
      }
    }
    throw new AssertionError("no point at " + x);
  }

  @Test
  void oneMethodWithSeveralOptionsIsToldApartByItsPoints() {
    List<String> methods = List.of("compacter", "compacter[rank=2]");
    XYChart chart = ParameterPlots.againstBottleneck(T5Config.base(), methods);
    XYSeries first = chart.getSeries("compacter");
    XYSeries second = chart.getSeries("compacter[rank=2]");
    assertEquals(first.getLineColor(), second.getLineColor());
    assertNotEquals(first.getMarker(), second.getMarker());
  }

  @Test
  void aMistakeIsNoGap() {
    List<String> unknown = List.of("compacta");
    assertThrows(UserException.class, () -> ParameterPlots.againstN(T5Config.base(), unknown));
    List<String> without = List.of("full");
    assertThrows(UserException.class, () -> ParameterPlots.againstN(T5Config.base(), without));
  }

  @Test
  void groupsAreSharesOfAllThatTrains() {
    HorizontalBarChart chart =
        ParameterPlots.groups(
            ParameterCounter.count(T5Config.base(), Methods.parse("compacter++")));
    var bars = chart.getSeriesCollection().iterator().next();
    double sum = 0;
    for (Object share : bars.getXData()) {
      sum += ((Number) share).doubleValue();
    }
    assertEquals(100, sum, 1e-9);
    assertTrue(bars.getYData().contains("layer_norm.weight  47,616"), bars.getYData().toString());
  }
}
