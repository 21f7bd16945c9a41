package io.github.compacter4j.figures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

class ChartsTest {
  private static final List<String> METHODS =
      List.of(
          "full",
          "adapter",
          "pfeiffer",
          "adapterdrop",
          "lowrank",
          "phm",
          "compacter",
          "compacter++",
          "bitfit",
          "prompt-random",
          "prompt-vocabulary",
          "said",
          "head",
          "norms");

  private static XYChart curves(double slope) {
    XYChart chart = new XYChartBuilder().width(400).height(240).title("loss").build();
    double[] steps = {0, 1, 2, 3, 4, 6};
    double[] losses = {5 * slope, 4, 3, 2.5, 2.2, 2};
    chart.addSeries("compacter++", steps, losses);
    chart.addSeries("full[lr=1]", steps, steps);
    return ChartStyle.apply(chart);
  }

  @Test
  void theSameChartGivesTheSameBytes() {
    assertArrayEquals(Charts.png(curves(1)), Charts.png(curves(1)));
    assertEquals(Charts.svg(curves(1)), Charts.svg(curves(1)));
    assertNotEquals(Charts.svg(curves(1)), Charts.svg(curves(2)));
  }

  @Test
  void pngIsTwiceTheSizeOnWhite() throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Charts.png(curves(1))));
    assertEquals(800, image.getWidth());
    assertEquals(480, image.getHeight());
    assertEquals(0xFFFFFFFF, image.getRGB(1, 1));
  }

  @Test
  void svgIsOneElementWithTextAsOutlines() throws Exception {
    String svg = Charts.svg(curves(1));
    assertTrue(svg.startsWith("<svg "), svg.substring(0, 40));
    assertFalse(svg.contains("<text"), "text would depend on the reader's fonts");
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertEquals("0 0 400 240", document.getDocumentElement().getAttribute("viewBox"));
  }

  @Test
  void aCurveIsOnePolyline() {
    long longLines =
        Charts.svg(curves(1))
            .lines()
            .filter(line -> line.contains("<polyline"))
            .filter(line -> line.split("points=")[1].split(" ").length > 5)
            .count();
    assertEquals(2, longLines);
  }

  @Test
  void identifiersOfDifferentChartsDiffer() {
    Set<String> first = identifiers(curves(1));
    Set<String> second = identifiers(curves(2));
    assertFalse(first.isEmpty());
    first.retainAll(second);
    assertEquals(Set.of(), first);
  }

  private static Set<String> identifiers(XYChart chart) {
    Set<String> found = new HashSet<>();
    var matcher =
        java.util.regex.Pattern.compile("id=\"(c[0-9a-f]+-[^\"]+)\"").matcher(Charts.svg(chart));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void aMethodKeepsItsColourWithOptions() {
    XYChart chart = curves(1);
    assertEquals(
        MethodColors.of("compacter++").orElseThrow(),
        chart.getSeries("compacter++").getLineColor());
    assertEquals(
        MethodColors.of("full").orElseThrow(), chart.getSeries("full[lr=1]").getLineColor());
    assertEquals(SeriesMarkers.NONE, chart.getSeries("compacter++").getMarker());
  }

  @Test
  void drawingLeavesTheDataAlone() {
    XYChart chart = new XYChartBuilder().width(300).height(200).build();
    double[] steps = java.util.stream.IntStream.range(0, 100).asDoubleStream().toArray();
    chart.addSeries("full", steps.clone(), steps.clone());
    Charts.png(chart);
    Charts.svg(chart);
    assertArrayEquals(steps, chart.getSeries("full").getXData());
  }

  @Test
  void everyMethodHasAColourOfItsOwn() {
    Set<Object> colors = new HashSet<>();
    METHODS.forEach(method -> colors.add(MethodColors.of(method).orElseThrow()));
    assertEquals(METHODS.size(), colors.size());
  }

  @Test
  void otherSeriesDoNotTakeAMethodsColour() {
    CategoryChart chart = new CategoryChartBuilder().width(300).height(200).build();
    chart.addSeries("adapter", List.of("a"), List.of(1));
    chart.addSeries("ours", List.of("a"), List.of(2));
    ChartStyle.applyLegendBelow(chart);
    assertNotEquals(
        chart.getSeries("adapter").getFillColor(), chart.getSeries("ours").getFillColor());
  }

  @Test
  void savesByExtension(@TempDir Path folder) throws IOException {
    Path png = Charts.save(curves(1), folder.resolve("new/chart.png"));
    Path svg = Charts.save(curves(1), folder.resolve("chart.SVG"));
    assertArrayEquals(Charts.png(curves(1)), Files.readAllBytes(png));
    assertTrue(
        Files.readString(svg).startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg"));
    UserException error =
        assertThrows(
            UserException.class, () -> Charts.save(curves(1), folder.resolve("chart.jpg")));
    assertTrue(error.getMessage().contains("chart.jpg"), error.getMessage());
  }

  @Test
  void aCurveOfOnePointIsSeenBetweenRoundNumbers() {
    XYChart chart = new XYChartBuilder().build();
    XYSeries series = chart.addSeries("one", new double[] {20}, new double[] {100.0 / 3});
    ChartStyle.apply(chart);
    assertEquals(SeriesMarkers.CIRCLE, series.getMarker());
    String svg = Charts.svg(chart);
    assertFalse(svg.contains("33.333"), svg);
    assertEquals(32, chart.getStyler().getYAxisMin());
    assertEquals(35, chart.getStyler().getYAxisMax());
  }
}
