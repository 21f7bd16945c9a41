package io.github.compacter4j.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.methods.AtBudget;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodFamily;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.paper.MethodAverage;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

class MethodMapTest {
  @TempDir Path folder;

  private static MethodAverage point(String name, double percent, Double... scores) {
    return new MethodAverage(name, percent, Summary.of(List.of(scores)), OptionalDouble.empty());
  }

  /** All methods at two budgets, at scores that are no measurements. */
  private static List<MethodAverage> many() {
    List<MethodAverage> points = new ArrayList<>();
    BertConfig minilm = BertConfig.named("minilm");
    for (long budget : new long[] {24_304, 125_328}) {
      for (AtBudget one : Methods.atBudget(minilm, budget, "none")) {
        double percent = 100.0 * one.trainable() / minilm.parameters();
        double score = 70 + 14 * Math.abs(Math.sin(points.size() * budget));
        if (one.trainable() > 0) {
          Method method = one.method().orElseThrow();
          points.add(point(method.toString(), percent, score - 1, score, score + 1.5));
        }
      }
    }
    points.add(point("full", 100, 88.0));
    return points;
  }

  @Test
  void aColourAFamilyAndAnIntervalOfThreeSeeds() {
    XYChart chart =
        MethodMap.of(
            "a map",
            "score",
            List.of(
                point("full", 100, 85.0),
                point("lora[rank=2,alpha=8,targets=q+v]", 0.08, 80.0, 82.0, 84.0),
                point("lora[rank=13,alpha=8,targets=q+v], learningRate=0.003", 0.5, 83.0, 84.0),
                point("lora[rank=2,alpha=8,targets=q+v,dora=true]", 0.1, 81.0),
                point("compacter", 0.1, 80.0)));
    assertEquals(
        List.of("own weights", "Compacter's", "low rank"),
        chart.getSeriesCollection().stream().map(s -> s.getName()).toList());
    assertEquals(
        new Color(MethodFamily.LOW_RANK.colour()), chart.getSeries("low rank").getMarkerColor());
    double[] bars = chart.getSeries("low rank").getExtraValues();
    assertEquals(4.303 * 2 / Math.sqrt(3), bars[0], 0.01);
    assertEquals(0, bars[1]);
    assertTrue(chart.getStyler().isXAxisLogarithmic());
    assertTrue(chart.getStyler().getYAxisMax() > 86.9);
  }

  @Test
  void manyPointsAreNamed() throws Exception {
    Path svg = folder.resolve("map.svg");
    Charts.save(MethodMap.of("a map", "score", many()), svg);
    String text = Files.readString(svg, StandardCharsets.UTF_8);
    assertTrue(text.contains("<svg"), text);
  }
}
