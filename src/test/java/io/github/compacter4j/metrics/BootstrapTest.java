package io.github.compacter4j.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootstrapTest {
  /** 400 rows, 320 of them right: the normal approximation is 80 +- 1.96 x 2. */
  @Test
  void ofAManyRowsIsCloseToTheNormalApproximation() {
    Interval interval = Metric.ACCURACY.interval(answers(400, 5), zeros(400), 95);
    assertEquals(76.08, interval.low(), 0.5);
    assertEquals(83.92, interval.high(), 0.5);
    Interval half = Metric.ACCURACY.interval(answers(400, 5), zeros(400), 50);
    assertEquals(80 - 0.674 * 2, half.low(), 0.3);
    assertEquals(80 + 0.674 * 2, half.high(), 0.3);
  }

  @Test
  void meansOfRowsTakeTheShortWayToTheSameInterval() {
    List<String> predictions = answers(60, 7);
    RowScore accuracy = Classification::accuracy;
    Scorer same = accuracy::of; // draws texts instead of rows' scores
    assertEquals(
        Bootstrap.ofRows(same, predictions, zeros(60), 95),
        Bootstrap.ofRows(accuracy, predictions, zeros(60), 95));
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void holdsTheMetricItselfAndNeverChanges(Metric metric) {
    List<String> predictions = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      references.add(Reference.grouped(i / 3, Integer.toString(i % 3 == 0 ? 1 : 0)));
      predictions.add(Integer.toString(i % 3 == 0 || i % 7 == 0 ? 1 : 0));
    }
    Interval interval = metric.interval(predictions, references, 95);
    double score = metric.percent(predictions, references);
    assertTrue(interval.low() < score && score < interval.high(), interval + " around " + score);
    assertEquals(interval, metric.interval(predictions, references, 95));
  }

  /** Four rows of a question are right or wrong together: as uncertain as the 50 questions. */
  @Test
  void questionsAreDrawnWhole() {
    List<String> predictions = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    for (int row = 0; row < 200; row++) {
      predictions.add(row / 4 % 5 == 0 ? "1" : "0");
      references.add(Reference.grouped(row / 4, "0"));
    }
    Interval questions = Metric.ACCURACY.interval(answers(50, 5), zeros(50), 95);
    Interval grouped = Metric.MULTIRC_EM.interval(predictions, references, 95);
    assertEquals(questions.low(), grouped.low(), 2.1);
    assertEquals(questions.high(), grouped.high(), 2.1);
    Interval rows = Metric.ACCURACY.interval(predictions, references, 95);
    double narrower = (rows.high() - rows.low()) / (grouped.high() - grouped.low());
    assertEquals(0.5, narrower, 0.1);
  }

  /** Of two questions one is drawn twice half of the time: all right or all wrong. */
  @Test
  void aQuestionDrawnTwiceCountsTwice() {
    List<Reference> references = List.of(Reference.grouped(7, "0"), Reference.grouped(9, "0"));
    Interval sure = Metric.MULTIRC_EM.interval(List.of("0", "1"), references, 90);
    assertEquals(new Interval(0, 100), sure);
    Interval middle = Metric.MULTIRC_EM.interval(List.of("0", "1"), references, 40);
    assertEquals(new Interval(50, 50), middle);
  }

  @Test
  void whatIsCertainHasNoWidth() {
    assertEquals(
        new Interval(100, 100), Metric.F1.interval(List.of("1"), Reference.all(List.of("1")), 95));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 100, -5, Double.NaN})
  void confidenceIsAPercentage(double confidence) {
    UserException error =
        assertThrows(
            UserException.class,
            () -> Metric.ACCURACY.interval(answers(4, 2), zeros(4), confidence));
    assertEquals(UserException.WRONG_USAGE, error.exitStatus());
  }

  /** Zeros, but each {@code every}-th a one. */
  private static List<String> answers(int rows, int every) {
    List<String> answers = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      answers.add(row % every == 0 ? "1" : "0");
    }
    return answers;
  }

  private static List<Reference> zeros(int rows) {
    return Reference.all(Collections.nCopies(rows, "0"));
  }
}
