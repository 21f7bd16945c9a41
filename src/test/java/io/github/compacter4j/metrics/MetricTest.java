package io.github.compacter4j.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricTest {
  @Test
  void blanksAroundTextsDoNotCount() {
    assertEquals(100, Metric.ACCURACY.percent(List.of(" 1", "0 "), refs("1", "0")));
    assertEquals(100, Metric.F1.percent(List.of("1 "), refs("1")));
  }

  @Test
  void undefinedCorrelationsAreZero() {
    assertEquals(0, Metric.PEARSON.percent(List.of("2.0"), refs("2.0")));
    assertEquals(0, Metric.SPEARMAN.percent(List.of("2.0", "x"), refs("3.0", "3.0")));
    assertEquals(0, Metric.PEARSON.percent(List.of("1e999", "2.0"), refs("1.0", "3.0")));
  }

  @Test
  void wordsOfJavaAreNoNumbers() {
    assertEquals(-1, Correlation.number("1d"));
    assertEquals(-1, Correlation.number("0x1p3"));
    assertEquals(0.5, Correlation.number(".5"));
    assertEquals(5, Correlation.number("5."));
  }

  @Test
  void repeatedWordsCountOnce() {
    double f1 = Metric.SQUAD_F1.percent(List.of("rome rome"), refs("Rome"));
    assertEquals(200.0 / 3, f1, 1e-9);
  }

  @Test
  void listsOfDifferentLengthAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Metric.ACCURACY.percent(List.of("1"), List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> Metric.ACCURACY.percent(List.of(), List.of()));
  }

  private static List<Reference> refs(String... targets) {
    return Reference.all(List.of(targets));
  }
}
