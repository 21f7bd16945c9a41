package io.github.compacter4j.figures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;

class HistogramsTest {
  @Test
  void sharesAreOfTheGroupAndGreaterValuesAreInTheLastRange() {
    int[] values = {0, 9, 10, 19, 19, 20, 29, 500};
    assertArrayEquals(new double[] {25, 37.5, 37.5}, Histograms.percent(values, 10, 30), 1e-12);
    XYChart chart = Histograms.of("title", "axis", Map.of("group", values), 10, 30);
    assertArrayEquals(new double[] {0, 10, 20, 30}, chart.getSeries("group").getXData());
    assertArrayEquals(
        new double[] {25, 37.5, 37.5, 37.5}, chart.getSeries("group").getYData(), 1e-12);
    assertArrayEquals(Charts.png(chart), Charts.png(chart));
  }

  @Test
  void rangesThatDoNotFitAreWrongUsage() {
    for (int[] wrong : new int[][] {{0, 10}, {3, 10}, {20, 10}}) {
      UserException e =
          assertThrows(
              UserException.class,
              () -> Histograms.of("t", "a", Map.of("g", new int[] {1}), wrong[0], wrong[1]));
      assertEquals(UserException.WRONG_USAGE, e.exitStatus());
      assertTrue(e.getMessage().contains("histogram"), e.getMessage());
    }
  }
}
