package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.figures.LearningCurves;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.MetricsLine;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.OneThread;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import tech.tablesaw.api.Table;

/** What can be looked at behind a run: gradients by tensor, predictions by row. */
@ExtendWith(OneThread.class)
class GradientNormsTest {
  @TempDir static Path folder;
  private static T5 model;
  private static Path data;
  private static FineTuning plan;
  private static Run run;

  @BeforeAll
  static void train() {
    model = T5.load(T5.BUNDLED);
    data = Everyday.few(folder);
    FineTuning usual = Everyday.plan(model, "compacter++", data);
    plan = usual.protocol(usual.protocol().with("accumulation", 2));
    run = plan.out(folder.resolve("run"), FineTuning.Existing.REFUSE).run();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static double ofKind(GradientNorms norms, String kind) {
    Table table = norms.byKind();
    Table row = table.where(table.stringColumn("kind").isEqualTo(kind));
    return row.doubleColumn("norm").get(0);
  }

  @Test
  void theyAreThoseOfTheFirstStep() {
    GradientNorms start = GradientNorms.atStart(plan);
    MetricsLine first = run.metrics().get(0);
    assertEquals(first.loss(), start.loss());
    assertEquals(first.gradientNorm(), start.joint(), 1e-6 * start.joint());
    assertEquals(run.result().trainable(), sum(start.table()));
    assertEquals(run.result().trainable(), sum(start.byKind()));
    assertEquals(start.tensors().size(), start.table().rowCount());
  }

  private static long sum(Table table) {
    return (long) table.longColumn("parameters").sum();
  }

  /** A is 1e-4 at the start: up biases are not multiplied by it, A itself is once, B twice. */
  @Test
  void eachTensorHasItsOwn() {
    GradientNorms start = GradientNorms.atStart(plan);
    assertTrue(ofKind(start, "adapter.up.b") > 30 * ofKind(start, "phm_rule"));
    for (String side : List.of("up", "down")) {
      assertTrue(ofKind(start, "phm_rule") > 1e3 * ofKind(start, "adapter." + side + ".W_left"));
      assertTrue(ofKind(start, "phm_rule") > 1e3 * ofKind(start, "adapter." + side + ".W_right"));
    }
  }

  @Test
  void trainedWeightsHaveOthers() {
    GradientNorms start = GradientNorms.atStart(plan);
    GradientNorms after = GradientNorms.after(plan, run.folder());
    assertNotEquals(start.loss(), after.loss());
    assertTrue(ofKind(after, "adapter.up.W_left") > 10 * ofKind(start, "adapter.up.W_left"));
    FineTuning other = Everyday.plan(model, "norms", data);
    assertThrows(UserException.class, () -> GradientNorms.after(other, run.folder()));
  }

  @Test
  void aCurveHasAPointAStep() {
    XYChart chart = LearningCurves.ofSteps("loss", MetricsLine::loss, run);
    double[] values = chart.getSeriesCollection().iterator().next().getYData();
    assertEquals(6, values.length);
    assertEquals(run.metrics().get(0).loss(), values[0]);
    assertEquals("loss", chart.getYAxisTitle());
  }

  @Test
  void predictionsStandBesideTheirTargets() {
    try (Predictor predictor = Predictor.of(run)) {
      Table table = predictor.predictions(Split.TEST);
      double share = 100.0 * table.booleanColumn("right").countTrue() / table.rowCount();
      assertEquals(predictor.evaluate(Split.TEST).metrics().get("accuracy"), share, 1e-9);
      assertEquals(6, table.rowCount());
      for (int row = 0; row < table.rowCount(); row++) {
        assertTrue(table.getString(row, "source").startsWith("sentence: "));
        assertTrue(table.getString(row, "target").matches("[01]"));
      }
    }
  }
}
