package io.github.compacter4j.figures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.bench.Efficiency;
import io.github.compacter4j.bench.StepBenchmark.Cost;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.paper.MethodAverage;
import io.github.compacter4j.paper.Paper;
import io.github.compacter4j.results.ResultFixture;
import io.github.compacter4j.results.Results;
import io.github.compacter4j.results.ScoreSeries;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.knowm.xchart.BubbleChart;
import org.knowm.xchart.BubbleSeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;

class ResultChartsTest {
  @TempDir static Path folder;

  /** The kinds of charts, each made anew at every call. */
  enum Kind {
    TRADE_OFF(() -> TradeOff.of("GLUE", "average", Paper.GLUE.averages())),
    LOW_RESOURCE(() -> ScoreCurves.of("Few rows", "training rows", lowResource())),
    OVER_N(() -> ScoreCurves.of("n", "n", overN())),
    MEMORY(() -> CostBars.memory(costs())),
    TIME(() -> CostBars.time(costs())),
    PAPER_MEMORY(() -> CostBars.memory(Paper.EFFICIENCY)),
    PAPER_TIME(() -> CostBars.time(Paper.EFFICIENCY));

    private final Supplier<Chart<?, ?>> chart;

    Kind(Supplier<Chart<?, ?>> chart) {
      this.chart = chart;
    }
  }

  private static List<ScoreSeries> lowResource() {
    ResultFixture runs = new ResultFixture(folder.resolve("low"));
    int[] sizes = {4000, 100, 500, 2000, 1000};
    for (String method : List.of("full", "adapter", "compacter++")) {
      for (int size : sizes) {
        for (long seed : new long[] {1, 2, 3}) {
          double score = 55 + 4 * Math.log10(size) + 2 * seed * method.length() / 10.0;
          runs.sst2(method, seed, score, Map.of("/data/trainRows", size));
        }
      }
    }
    return Results.in(folder.resolve("low").toString()).over("trainingRows");
  }

  private static List<ScoreSeries> overN() {
    ResultFixture runs = new ResultFixture(folder.resolve("n"));
    for (int n : new int[] {12, 2, 4, 8}) {
      for (long seed : new long[] {1, 2}) {
        runs.sst2("compacter[n=" + n + ",rank=1]", seed, 70 + n / 4.0 + seed);
        runs.sst2("compacter[n=" + n + ",rank=2]", seed, 71 + n / 4.0 + seed);
        runs.sst2("phm[n=" + n + "]", seed, 72 - n / 4.0 + seed);
      }
    }
    return Results.in(folder.resolve("n").toString()).over("n");
  }

  private static List<Cost> costs() {
    List<Cost> costs = new ArrayList<>();
    for (String method : Efficiency.METHODS) {
      costs.add(cost(method, 20 - costs.size(), 900_000_000L - 50_000_000L * costs.size()));
    }
    return costs;
  }

  private static Cost cost(String method, double seconds, long memory) {
    return new Cost(method, "float32", 1000, 10, seconds, 1, 1, 1, 0, memory, "fused");
  }

  private static void deleteResults() throws IOException {
    for (String name : List.of("low", "n")) {
      if (Files.exists(folder.resolve(name))) {
        try (var files = Files.walk(folder.resolve(name))) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameResultsGiveTheSameBytes(Kind kind) throws IOException {
    Chart<?, ?> first = kind.chart.get();
    deleteResults();
    Chart<?, ?> second = kind.chart.get();
    assertEquals(Charts.svg(first), Charts.svg(second));
    assertArrayEquals(Charts.pdf(first), Charts.pdf(second));
    assertArrayEquals(Charts.png(first), Charts.png(second));
  }

  @ParameterizedTest
  @EnumSource
  void filesOfAllKindsShowTheSame(Kind kind, @TempDir Path out) throws Exception {
    Chart<?, ?> chart = kind.chart.get();
    BufferedImage png = ImageIO.read(Charts.save(chart, out.resolve("c.png")).toFile());
    byte[] pdf = Files.readAllBytes(Charts.save(chart, out.resolve("c.pdf")));
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertEquals(1, document.getNumberOfPages());
      assertEquals(0.75f * chart.getWidth(), document.getPage(0).getMediaBox().getWidth());
      // A pixel a unit of the chart, which is two of the image.
      BufferedImage page = new PDFRenderer(document).renderImage(0, 4 / 3f);
      assertEquals(ink(png) / 4.0, ink(page), 0.1 * ink(page));
    }
    String svg = Files.readString(Charts.save(chart, out.resolve("c.svg")));
    javax.xml.parsers.DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** How dark a picture is, in black pixels. */
  private static double ink(BufferedImage image) {
    double sum = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        Color color = new Color(image.getRGB(x, y));
        sum += 1 - (color.getRed() + color.getGreen() + color.getBlue()) / 765.0;
      }
    }
    return sum;
  }

  /** Labels that run over the edge leave their marks on it. */
  @ParameterizedTest
  @EnumSource
  void nothingTouchesTheEdge(Kind kind) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Charts.png(kind.chart.get())));
    int right = image.getWidth() - 1;
    int bottom = image.getHeight() - 1;
    assertTrue(
        IntStream.rangeClosed(0, bottom)
            .allMatch(y -> isWhite(image, 0, y) && isWhite(image, right, y)));
    assertTrue(
        IntStream.rangeClosed(0, right)
            .allMatch(x -> isWhite(image, x, 0) && isWhite(image, x, bottom)));
  }

  private static boolean isWhite(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) == 0xFFFFFFFF;
  }

  @Test
  void figureOneHasThePapersNumbers() {
    List<MethodAverage> methods = Paper.GLUE.averages();
    assertEquals(12, methods.size());
    BubbleChart chart = TradeOff.of("GLUE", "average", methods);
    assertEquals(12, chart.getSeriesCollection().size());
    assertTrue(chart.getStyler().isLegendVisible(), "it tells the memory");
    BubbleSeries compacter = chart.getSeries("compacter++: 118 MB");
    assertEquals(86.47, compacter.getYData()[0]);
    assertEquals(0.047, compacter.getXData()[0], 5e-4);
    BubbleSeries full = chart.getSeries("full: 168 MB");
    double area = compacter.getExtraValues()[0] / full.getExtraValues()[0];
    assertEquals(118.35 / 167.99, area * area, 1e-6);
    assertEquals(
        MethodColors.of("compacter++").orElseThrow().getRGB() & 0xFFFFFF,
        compacter.getFillColor().getRGB() & 0xFFFFFF);
  }

  @Test
  void whatTrainsTheHeadAloneStandsAtTheLeft() {
    List<MethodAverage> methods =
        Stream.of("full 100 87.0", "compacter++ 0.076 82.3", "head 0 79.1")
            .map(line -> line.split(" "))
            .map(
                m ->
                    new MethodAverage(
                        m[0],
                        Double.parseDouble(m[1]),
                        Summary.of(List.of(Double.parseDouble(m[2]))),
                        OptionalDouble.empty()))
            .toList();
    BubbleChart chart = TradeOff.of("minilm-sst2", "test score in percent", methods);
    assertEquals(0.076 / 3, chart.getSeries("head: 0 %").getXData()[0], 1e-12);
    assertTrue(Charts.svg(chart).startsWith("<svg"));
    assertTrue(Charts.svg(MethodMap.of("The map", "score", methods)).startsWith("<svg"));
  }

  @Test
  void withoutMemoryCirclesAreEqual() {
    BubbleChart chart = TradeOff.of("SuperGLUE", "average", Paper.SUPERGLUE.averages());
    assertEquals(
        1,
        chart.getSeriesCollection().stream()
            .map(series -> series.getExtraValues()[0])
            .distinct()
            .count());
    assertEquals(12, chart.getSeriesCollection().size());
    assertFalse(chart.getStyler().isLegendVisible(), "names stand beside the circles");
  }

  @Test
  void averagesNeedEveryScore(@TempDir Path runs) {
    ResultFixture fixture = new ResultFixture(runs);
    fixture.run("full", "sst2", 1, Map.of("accuracy", 80.0));
    fixture.run("full", "rte", 1, Map.of("accuracy", 60.0));
    fixture.run("compacter++[n=4]", "sst2", 1, Map.of("accuracy", 70.0));
    UserException error =
        assertThrows(
            UserException.class, () -> Results.in(runs.toString()).boards().get(0).averages());
    assertTrue(error.getMessage().contains("compacter++"), error.getMessage());
    assertTrue(error.getMessage().contains("rte accuracy"), error.getMessage());
    fixture.run("compacter++[n=4]", "rte", 1, Map.of("accuracy", 50.0));
    List<MethodAverage> averages = Results.in(runs.toString()).boards().get(0).averages();
    assertEquals(List.of("full", "compacter++"), averages.stream().map(m -> m.name()).toList());
    assertEquals(List.of(70.0, 60.0), averages.stream().map(m -> m.score().mean()).toList());
  }

  @Test
  void curvesHaveEveryPointInOrderWithItsBand() throws IOException {
    deleteResults();
    XYChart chart = ScoreCurves.of("Few rows", "training rows", lowResource());
    assertEquals(6, chart.getSeriesCollection().size());
    XYSeries full = chart.getSeries("full");
    assertArrayEquals(new double[] {0, 1, 2, 3, 4}, full.getXData());
    assertEquals(55 + 8 + 1.6, full.getYData()[0], 1e-9);
    XYSeries band = chart.getSeries("full (standard deviation)");
    assertArrayEquals(new double[] {0, 1, 2, 3, 4, 4, 3, 2, 1, 0}, band.getXData());
    assertEquals(0.8, band.getYData()[0] - full.getYData()[0], 1e-9);
    assertEquals(-0.8, band.getYData()[9] - full.getYData()[0], 1e-9);
    assertFalse(band.isShowInLegend());
  }

  @Test
  void seriesAreNamedByWhatTellsThemApart() throws IOException {
    deleteResults();
    List<ScoreSeries> all = overN();
    assertEquals(
        List.of("compacter, rank=1", "compacter, rank=2", "phm"),
        all.stream().map(ScoreSeries::name).toList());
    assertEquals(
        List.of("2", "4", "8", "12"),
        all.get(0).points().stream().map(ScoreSeries.Point::value).toList());
    assertThrows(
        UserException.class, () -> Results.in(folder.resolve("n").toString()).over("dimension"));
  }

  @Test
  void anOptionLeftAsItIsIsNotNamed(@TempDir Path runs) {
    ResultFixture fixture = new ResultFixture(runs);
    fixture.sst2("compacter++[n=4]", 1, 70);
    fixture.sst2("compacter++[n=4,initA=uniform]", 1, 71);
    assertEquals(
        List.of("compacter++", "compacter++, initA=uniform"),
        Results.in(runs.toString()).over("n").stream().map(ScoreSeries::name).toList());
  }

  @Test
  void rangesAreNoNumbers(@TempDir Path runs) {
    ResultFixture fixture = new ResultFixture(runs);
    fixture.sst2("adapterdrop[layers=5..11]", 1, 70);
    fixture.sst2("adapterdrop[layers=0..3]", 1, 71);
    assertEquals(2, Results.in(runs.toString()).over("layers").get(0).points().size());
  }

  @Test
  void seriesOfOtherFilesHaveNamesOfTheirOwn(@TempDir Path runs) {
    ResultFixture fixture = new ResultFixture(runs);
    for (String sha256 : List.of("aa", "bb")) {
      fixture.sst2("full", 1, 70, Map.of("/data/sha256/train.tsv", sha256));
      fixture.sst2("full", 1, 71, Map.of("/data/sha256/train.tsv", sha256, "/data/trainRows", 100));
    }
    assertEquals(
        List.of("full, files 1", "full, files 2"),
        Results.in(runs.toString()).over("trainingRows").stream().map(ScoreSeries::name).toList());
  }

  @Test
  void runsInFoldersOfOneNameAreToldApart(@TempDir Path runs) throws IOException {
    Path a = new ResultFixture(runs.resolve("a")).sst2("full", 1, 70);
    Path b = new ResultFixture(runs.resolve("b")).sst2("full", 1, 71);
    assertEquals(
        List.of("full, a/run-001", "full, b/run-001"),
        LearningCurves.of(run(a), run(b)).getSeriesCollection().stream()
            .map(XYSeries::getName)
            .toList());
  }

  @Test
  void barsOfOneMethodHaveTheirOptions() {
    List<Cost> costs =
        Stream.of("full", "lora[rank=4]", "lora[rank=8]").map(m -> cost(m, 10, 1_000)).toList();
    assertNotNull(CostBars.memory(costs).getSeries("lora[rank=4]"));
  }

  @Test
  void figuresKeepFilesAndProtocolsApart(@TempDir Path runs) {
    ResultFixture fixture = new ResultFixture(runs);
    for (String method : List.of("full", "adapter", "bitfit", "said", "compacter++[n=4]")) {
      fixture.sst2(method, 1, 70);
      fixture.sst2(method, 1, 60, Map.of("/data/trainRows", 100));
      fixture.sst2(method, 1, 80, Map.of("/protocol/name", "paper", "/data/trainRows", 60_000));
    }
    fixture.sst2("full", 1, 71, Map.of("/data/sha256/train.tsv", "another file"));
    assertEquals(
        List.of("bundled-sst2-parameters", "bundled-sst2-rows", "bundled-sst2-parameters-2"),
        List.copyOf(ResultFigures.of(Results.in(runs.toString())).keySet()));
  }

  @Test
  void barsAreTheMeasurements() {
    XYChart chart = CostBars.memory(costs());
    assertArrayEquals(new double[] {0, 900}, chart.getSeries("full").getXData());
    assertEquals(Efficiency.METHODS.size() + 1, chart.getSeriesCollection().size());
    XYSeries paper = chart.getSeries("the paper's ratio (T5-base)");
    assertEquals(900, paper.getXData()[paper.getXData().length - 1]);
    XYChart printed = CostBars.time(Paper.EFFICIENCY);
    assertArrayEquals(new double[] {0, 30.96}, printed.getSeries("compacter++").getXData());
  }

  @Test
  void runsAreNamedByMethodOptionsAndSeed(@TempDir Path runs) throws IOException {
    ResultFixture fixture = new ResultFixture(runs);
    XYChart chart =
        LearningCurves.of(
            run(fixture.sst2("full", 1, 70)),
            run(fixture.sst2("full", 2, 71)),
            run(fixture.sst2("compacter[n=2]", 1, 72)),
            run(fixture.sst2("compacter[n=4]", 1, 73)),
            run(fixture.sst2("bitfit", 1, 74)));
    assertEquals(
        List.of("full, seed 1", "full, seed 2", "compacter[n=2]", "compacter[n=4]", "bitfit"),
        chart.getSeriesCollection().stream().map(XYSeries::getName).toList());
    assertNotEquals(
        chart.getSeries("compacter[n=2]").getLineStyle(),
        chart.getSeries("compacter[n=4]").getLineStyle());
  }

  private static Run run(Path result) throws IOException {
    String line = "{\"step\":%d,\"epoch\":1.0,\"validation\":{\"accuracy\":60.0}}\n";
    Files.writeString(
        result.resolveSibling("metrics.jsonl"), line.formatted(50) + line.formatted(100));
    return new Run(new RunFolder(result.getParent()));
  }

  /** Text is drawn as paths, so a label shows by the chart being another one without it. */
  @Test
  void bothOfTwoValuesHaveTheirLabel() {
    String svg = ofTwoValues("60", "480");
    assertNotEquals(svg, ofTwoValues("61", "480"));
    assertNotEquals(svg, ofTwoValues("60", "490"));
  }

  private static String ofTwoValues(String... values) {
    List<ScoreSeries.Point> points =
        Stream.of(values)
            .map(v -> new ScoreSeries.Point(v, Summary.of(List.of(80.0, 82.0)), 1))
            .toList();
    return Charts.svg(ScoreCurves.of("Few", "rows", List.of(new ScoreSeries("full", points))));
  }
}
