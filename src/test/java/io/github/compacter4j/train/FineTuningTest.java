package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.adapters.ExportFormat;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.MetricsLine;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.find.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a whole run writes and tells. */
class FineTuningTest extends ShortRunFixture {
  @Test
  void equalRunsGiveEqualResults() throws IOException {
    Run again = plan("again", FineTuning.Existing.REFUSE).run();
    assertSameOutcome(again.folder().path());
    assertEquals(
        Files.readString(undisturbed.folder().path().resolve("config.json")),
        Files.readString(again.folder().path().resolve("config.json")));
  }

  /** A rate near zero never improves on the first evaluation, after step 2. */
  @Test
  void patienceStopsWithoutABetterEvaluation() {
    FineTuning still = plan("patient", FineTuning.Existing.REFUSE).learningRate(1e-12);
    RunResult result = still.protocol(still.protocol().with("patience", 1)).run().result();
    assertEquals(4, result.steps());
    assertEquals(2, result.best().step());
  }

  @Test
  void anotherSeedGivesAnotherResult() throws IOException {
    Run other = plan("other", FineTuning.Existing.REFUSE).seed(8).run();
    assertFalse(
        Arrays.equals(adapter(undisturbed.folder().path()), adapter(other.folder().path())));
    assertNotEquals(undisturbed.metrics(), other.metrics());
  }

  @Test
  void theResultSaysWhatWasDone() throws IOException {
    JsonNode result = result(undisturbed.folder().path());
    assertEquals("compacter++[n=4,rank=1,reduction=8]", result.required("spec").asText());
    assertEquals("sst2", result.required("task").asText());
    assertEquals(STEPS, result.required("steps").asInt());
    assertEquals(40, result.required("data").required("trainRows").asInt());
    assertEquals(120, result.required("validation").required("rows").asInt());
    assertEquals(120, result.required("test").required("rows").asInt());
    assertEquals("generate", result.required("decode").asText());
    assertEquals("float32", result.required("precision").asText());
    assertEquals(42, result.required("data").required("seed").asInt());
    assertEquals(0.0, result.required("truncatedShare").asDouble());
    assertFalse(result.required("data").required("complete").asBoolean());
    assertTrue(result.required("data").required("source").asText().contains("everyday-sentiment"));
    try (SafetensorsFile file = SafetensorsFile.open(undisturbed.folder().adapter())) {
      long values = file.names().stream().mapToLong(name -> file.shape(name).size()).sum();
      assertEquals(result.required("trainable").asLong(), values);
    }
  }

  @Test
  void theResultSaysWhatOneAnswerForAllWouldScore() {
    TaskData data = plan().loadData();
    List<String> train = targets(data, Split.TRAIN);
    String answer =
        Collections.frequency(train, "1") > Collections.frequency(train, "0") ? "1" : "0";
    RunResult.OneAnswer oneAnswer = undisturbed.result().oneAnswer();
    assertEquals(share(answer, targets(data, Split.VALIDATION)), oneAnswer.validation());
    assertEquals(share(answer, targets(data, Split.TEST)), oneAnswer.test());
  }

  private static List<String> targets(TaskData data, Split split) {
    return data.examples(split, false).stream().map(Example::target).toList();
  }

  private static Map<String, Double> share(String answer, List<String> targets) {
    return Map.of(
        "accuracy", 100 * ((double) Collections.frequency(targets, answer) / targets.size()));
  }

  @Test
  void theAdapterSaysWhatItIs() {
    AdapterInfo info = undisturbed.folder().readAdapterInfo();
    assertEquals(undisturbed.result().spec(), info.spec());
    assertEquals(new AdapterInfo.Base(T5.BUNDLED, model.fingerprint()), info.model());
    assertEquals("sst2", info.task());
    assertEquals(7, info.seed());
    int best = undisturbed.result().best().step();
    assertEquals(
        undisturbed.metrics().stream()
            .filter(line -> line.validation() != null && line.step() == best)
            .findFirst()
            .orElseThrow()
            .validation(),
        info.metrics());
  }

  @Test
  void metricsHaveALineAStepAndAnEvaluation() {
    List<MetricsLine> lines = undisturbed.metrics();
    assertEquals(STEPS + 3, lines.size());
    int steps = 0;
    for (MetricsLine line : lines) {
      if (line.validation() == null) {
        assertEquals(++steps, line.step());
        assertTrue(Double.isFinite(line.loss()) && line.gradientNorm() > 0);
        assertEquals(new LinearSchedule(1e-2, 1, STEPS).rate(steps), line.learningRate(), 1e-15);
      } else {
        assertEquals(0, line.step() % 2);
        assertEquals(steps, line.step());
        assertEquals(Map.of("accuracy", 0.0).keySet(), line.validation().keySet());
      }
      assertEquals(line.step() / 5.0, line.epoch(), 1e-12); // 40 rows in batches of 8
    }
  }

  @Test
  void evaluatingTheRunGivesTheResultsScores() {
    try (Predictor predictor = Predictor.of(undisturbed)) {
      assertEquals(undisturbed.result().validation(), predictor.evaluate(Split.VALIDATION));
      assertEquals(undisturbed.result().test(), predictor.evaluate(Split.TEST));
      assertEquals(40, predictor.evaluate(Split.TRAIN).rows());
    }
  }

  @Test
  void frozenMatricesInBfloat16TrainToo() {
    Run run = plan("bf16", FineTuning.Existing.REFUSE).precision("bf16").maxSteps(3).run();
    double wide = undisturbed.metrics().get(0).loss();
    double narrow = run.metrics().get(0).loss();
    assertNotEquals(wide, narrow);
    assertEquals(wide, narrow, 0.05 * wide);
    try (Predictor predictor = Predictor.of(run)) {
      assertEquals(run.result().test(), predictor.evaluate(Split.TEST));
      Path out = folder.resolve("exported");
      predictor.export(ExportFormat.ADAPTERHUB, out); // from the weights as they were
      assertTrue(Files.exists(out.resolve("adapter.safetensors")));
      assertEquals(run.result().validation(), predictor.evaluate(Split.VALIDATION));
    }
  }

  @Test
  void aModelWithAllRowsIsNotTrained() {
    try (T5 all = T5.loadWithAllRows(T5.BUNDLED)) {
      assertEquals(8128, all.config().vocabSize());
      UserException error =
          assertThrows(UserException.class, () -> FineTuning.of(all, "compacter++", Glue.sst2()));
      assertTrue(error.getMessage().contains("8128 embedding rows"), error.getMessage());
    }
  }
}
