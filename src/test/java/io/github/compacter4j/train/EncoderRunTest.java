package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.RealModel;
import io.github.compacter4j.UserException;
import io.github.compacter4j.adapters.AdapterLibrary;
import io.github.compacter4j.adapters.Adapters;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.hub.ModelFolders;
import io.github.compacter4j.learner.Encoder;
import io.github.compacter4j.learner.Prediction;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.SuperGlue;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.Table;

/** Runs of the published encoder: learning, stopping, going on, predicting, switching. */
@ExtendWith(OneThread.class)
class EncoderRunTest {
  private static final String ROWS =
      "good\tit is warm\tyes\nbad\tit is cold\tno\ngood\tthe sun shines\tyes\n"
          + "bad\tit rains\tno\nso so\tsome clouds\tperhaps\nso so\ta little wind\tperhaps\n";

  @TempDir static Path shared;
  private static Pretrained model;
  private static Path data;

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    RealModel.minilm();
    model = Pretrained.load(ModelFolders.MINILM);
    data = Everyday.few(shared);
  }

  @AfterAll
  static void close() {
    if (model != null) {
      model.close();
    }
  }

  private static FineTuning plan(String method, Task task) {
    FineTuning plan =
        FineTuning.of(model, method, task).batchSize(4).maxSteps(6).evaluationSteps(2).seed(7);
    return plan.protocol(plan.protocol().with("maxSourceLength", 32));
  }

  private static FineTuning sentiment(String method) {
    return plan(method, Glue.sst2()).data(data);
  }

  private Run run(FineTuning plan, String name) {
    return plan.out(folder.resolve(name), FineTuning.Existing.RESUME).run();
  }

  /** A task of three classes and two texts. */
  private Task weather() throws IOException {
    Path rows = folder.resolve("rows.tsv");
    Files.writeString(rows, "mood\tweather\tanswer\n" + ROWS.repeat(4));
    Path file = folder.resolve("weather.yaml");
    Files.writeString(
        file,
        """
        name: weather
        template: 'mood: {mood} weather: {weather}'
        files: {train: rows.tsv, validation: rows.tsv, test: rows.tsv}
        label: answer
        labels: [no, perhaps, 'yes']
        metrics: [accuracy]
        """
            .replace("[no,", "['no',"));
    return Tasks.named(file.toString());
  }

  @Test
  void theResultTellsPoolingAndHead() throws IOException {
    Run run = run(sentiment("compacter++"), "run");
    assertEquals("mean", run.result().pooling());
    assertEquals(2, run.result().head().tensors());
    assertEquals(2 * 385, run.result().head().params());
    assertEquals(17_176, run.result().trainable());
    assertEquals(22_565_376 + 17_176 - 13 * 2 * 384L, run.result().total());
    assertEquals("mean", run.folder().readConfig().pooling());
    assertTrue(AdapterFile.names(run.folder().adapter()).contains("classifier_mean.weight"));
    assertEquals("small", run.result().protocol().name());
    assertTrue(run.result().protocol().groupByLength());
  }

  @Test
  void aStoppedRunGoesOnToEqualBits() throws IOException {
    Run undisturbed = run(sentiment("compacter"), "undisturbed");
    RunListener stop = Everyday.afterEvaluation(4, () -> Thread.currentThread().interrupt());
    assertThrows(Interrupted.class, () -> run(sentiment("compacter").listener(stop), "run"));
    Run run = run(sentiment("compacter"), "run");
    assertArrayEquals(
        Files.readAllBytes(undisturbed.folder().adapter()),
        Files.readAllBytes(run.folder().adapter()));
    assertEquals(undisturbed.metrics(), new RunFolder(run.folder().path()).readMetrics());
  }

  @Test
  void fullFineTuningLearnsAnOwnTaskAndTellsProbabilities() throws IOException {
    FineTuning plan = plan("full", weather()).maxSteps(40).evaluationSteps(20);
    Run run = run(plan, "run");
    assertEquals(100.0, run.result().test().metrics().get("accuracy"));
    assertEquals(3 * 385, run.result().head().params());
    Files.writeString(folder.resolve("new.tsv"), "mood\tweather\ngood\tit is warm\n");
    try (Predictor predictor = Predictor.of(run)) {
      List<Prediction> found = predictor.predictions(folder.resolve("new.tsv"));
      Prediction one = found.get(0);
      assertEquals("yes", one.text());
      assertEquals(List.of("no", "perhaps", "yes"), List.copyOf(one.probabilities().keySet()));
      double sum = one.probabilities().values().stream().mapToDouble(p -> p).sum();
      assertEquals(1, sum, 1e-6);
      assertFalse(one.isWritten());
      assertEquals(100.0, predictor.evaluate(Split.TEST).metrics().get("accuracy"));
      UserException refused =
          assertThrows(UserException.class, () -> predictor.predictions(List.of("good")));
      assertTrue(refused.getMessage().contains("two texts a row"), refused.getMessage());
    }
  }

  @Test
  void aScoreIsLearntAsItStandsInTheFile() throws IOException {
    Files.writeString(
        folder.resolve("rows.tsv"), "text\tlabel\n" + "cold\t1.26\nwarm\t3.74\n".repeat(10));
    Path file = folder.resolve("degrees.yaml");
    Files.writeString(
        file,
        """
        name: degrees
        template: 'text: {text}'
        files: {train: rows.tsv, validation: rows.tsv, test: rows.tsv}
        score: {from: 0, to: 5, step: 0.5}
        metrics: [pearson]
        """);
    FineTuning plan = plan("full", Tasks.named(file.toString())).maxSteps(60).evaluationSteps(30);
    Run run = run(plan.learningRate(5e-4), "run");
    assertEquals(385, run.result().head().params());
    try (Predictor predictor = Predictor.of(run)) {
      Prediction cold = predictor.predictions(List.of("cold")).get(0);
      assertEquals(1.26, Double.parseDouble(cold.text()), 0.3);
      assertEquals(Map.of(), cold.probabilities());
    }
  }

  @Test
  void adaptersOfSeveralTasksAndPoolingsSwitchOnOneModel() throws IOException {
    Run first = run(sentiment("compacter++"), "first");
    Run second = run(plan("bitfit", weather()).pooling("cls"), "second");
    assertEquals("cls", second.result().pooling());
    assertTrue(AdapterFile.names(second.folder().adapter()).contains("pooler.dense.weight"));
    String[] texts = {"A warm and funny film.", "A waste of time."};
    String alone;
    try (Predictor predictor = Predictor.of(first)) {
      alone = predictor.predict(texts).printAll();
    }
    assertTrue(alone.contains("p(1)"), alone);
    Path adapterAlone = Files.createDirectories(folder.resolve("adapter"));
    for (String name : List.of("adapter.safetensors", "adapter.json")) {
      Files.copy(first.folder().path().resolve(name), adapterAlone.resolve(name));
    }
    try (Adapters adapters =
        Adapters.on(model)
            .add("first", first.folder().path())
            .add("second", second.folder().path())
            .add("alone", adapterAlone)) {
      assertEquals(alone, adapters.activate("first").predict(texts).printAll());
      double test = adapters.activate("second").evaluate(Split.TEST).metrics().get("accuracy");
      assertEquals(second.result().test().metrics().get("accuracy"), test);
      assertEquals(alone, adapters.activate("alone").predict(texts).printAll());
    }
  }

  @Test
  void severalTextsAreOneRowInTheOrderOfTheTask() throws IOException {
    Run run = run(plan("bitfit", weather()), "run");
    Path file = folder.resolve("one.tsv");
    Files.writeString(file, "weather\tmood\nit rains\tbad\n");
    try (Predictor predictor = Predictor.of(run)) {
      Table row = predictor.predict("bad", "it rains");
      assertEquals(
          List.of("mood", "weather", "prediction", "p(no)", "p(perhaps)", "p(yes)"),
          row.columnNames());
      assertEquals(predictor.predict(file), row.stringColumn("prediction").asList());
      UserException one = assertThrows(UserException.class, () -> predictor.predict("bad"));
      assertTrue(
          one.getMessage().startsWith("a row of task weather has 2 texts (mood, weather), found 1"),
          one.getMessage());
    }
  }

  @Test
  void adaptersWithTheirHeadsAverage() {
    Run first = run(sentiment("compacter++"), "first");
    Run again = run(sentiment("compacter++").learningRate(5e-3), "again");
    Path mean = folder.resolve("mean");
    AdapterLibrary.average(mean, first.folder().path(), again.folder().path());
    try (Adapters adapters = Adapters.on(model).add("mean", mean)) {
      assertEquals(1, adapters.activate("mean").predict("A good day.").rowCount());
    }
  }

  @Test
  void theHeadHasARateOfItsOwn() {
    FineTuning plan = sentiment("full");
    assertEquals(1e-3, plan.protocol().headLearningRate());
    assertEquals(0, sentiment("compacter").protocol().headLearningRate());
    assertEquals(1e-2, sentiment("invertible").protocol().headLearningRate(), "the method's");
    Run same = run(plan.protocol(plan.protocol().with("headLearningRate", 1e-4)), "same");
    Run none = run(plan.protocol(plan.protocol().with("headLearningRate", 0)), "none");
    Run own = run(plan, "own");
    assertEquals(none.metrics(), same.metrics(), "1e-4 is the method's");
    assertFalse(none.metrics().equals(own.metrics()));
  }

  @Test
  void settingsOfT5StayAsTheyWere() {
    try (T5 bundled = T5.load(T5.BUNDLED)) {
      FineTuning plan = FineTuning.of(bundled, "compacter++", Glue.sst2());
      assertNull(plan.pooling());
      String json = Json.text(plan.config());
      assertFalse(json.contains("pooling") || json.contains("headLearningRate"), json);
      UserException refused = assertThrows(UserException.class, () -> plan.pooling("mean"));
      assertTrue(refused.getMessage().contains("has no pooling"), refused.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "paper    | protocol paper is made for T5; an encoder takes small or glue",
        "thorough | unknown protocol of an encoder 'thorough'"
      })
  void protocolsOfT5AreRefused(String name, String message) {
    UserException refused =
        assertThrows(UserException.class, () -> sentiment("full").protocol(name));
    assertTrue(refused.getMessage().startsWith(message), refused.getMessage());
    assertEquals(2e-5, sentiment("full").protocol("glue").protocol().learningRate());
  }

  @Test
  void freeTextIsRefused() {
    UserException refused =
        assertThrows(
            UserException.class, () -> run(plan("full", SuperGlue.record()).data(data), "run"));
    assertTrue(refused.getMessage().contains("answered in free text"), refused.getMessage());
    assertFalse(Files.exists(folder.resolve("run")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "prompt-random"})
  void moreIdsThanPositionsAreRefused(String method) {
    FineTuning plan = sentiment(method);
    int most = method.equals("full") ? 512 : 412;
    UserException refused =
        assertThrows(
            UserException.class,
            () -> run(plan.protocol(plan.protocol().with("maxSourceLength", 600)), "run"));
    assertTrue(refused.getMessage().contains("positions for " + most), refused.getMessage());
    assertFalse(Files.exists(folder.resolve("run")));
  }

  @Test
  void writingIsRefused() {
    FineTuning plan = sentiment("full");
    UserException refused =
        assertThrows(
            UserException.class,
            () -> run(plan.protocol(plan.protocol().with("decode", "generate")), "run"));
    assertTrue(refused.getMessage().contains("does not write"), refused.getMessage());
  }

  @Test
  void eachFamilyInsistsOnItsOwn() {
    UserException noEncoder = assertThrows(UserException.class, () -> Encoder.load(T5.BUNDLED));
    assertTrue(noEncoder.getMessage().contains("model_type is 't5'"), noEncoder.getMessage());
    UserException noT5 =
        assertThrows(UserException.class, () -> T5.load(model.folder().toString()));
    assertTrue(noT5.getMessage().contains("model_type is 'bert'"), noT5.getMessage());
  }
}
