package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.Split;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs with the bundled model on the shipped set, a few steps each. */
@ExtendWith(OneThread.class)
class FineTuningTest {
  private static final int STEPS = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static T5 model;

  /** A run nobody disturbed. */
  private static Run undisturbed;

  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void runOnce() {
    model = T5.load(T5.BUNDLED);
    undisturbed = plan().out(shared.resolve("undisturbed"), FineTuning.Existing.REFUSE).run();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @AfterEach
  void noInterruptIsLeft() {
    assertFalse(Thread.interrupted());
  }

  /** Evaluates after steps 2, 4 and 6. */
  private static FineTuning plan() {
    return FineTuning.of(model, "compacter++[n=4,reduction=8]", Glue.sst2().withMaxTrainSamples(40))
        .data(Home.folder().orElseThrow().resolve("data/everyday-sentiment"))
        .batchSize(8)
        .maxSteps(STEPS)
        .evaluationSteps(2)
        .seed(7);
  }

  private FineTuning plan(String name, FineTuning.Existing existing) {
    return plan().out(folder.resolve(name), existing);
  }

  private static ObjectNode result(Path run) throws IOException {
    return (ObjectNode) JSON.readTree(run.resolve("result.json").toFile());
  }

  private static String withoutMeasures(Path run) throws IOException {
    ObjectNode result = result(run);
    assertTrue(result.remove("measures").isObject());
    return result.toPrettyString();
  }

  private static byte[] adapter(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("adapter.safetensors"));
  }

  private static void assertSameOutcome(Path run) throws IOException {
    Path expected = undisturbed.folder().path();
    assertEquals(withoutMeasures(expected), withoutMeasures(run));
    assertArrayEquals(adapter(expected), adapter(run));
    assertEquals(
        Files.readString(expected.resolve("adapter.json")),
        Files.readString(run.resolve("adapter.json")));
    assertEquals(undisturbed.metrics(), new RunFolder(run).readMetrics());
    assertEquals(
        List.of(
            "adapter.json",
            "adapter.safetensors",
            "config.json",
            "metrics.jsonl",
            "provenance.json",
            "result.json"),
        files(run));
  }

  /** All files below the folder; none of them may be half-written. */
  private static List<String> files(Path run) throws IOException {
    try (Stream<Path> found = Files.walk(run)) {
      List<String> names =
          found
              .filter(Files::isRegularFile)
              .map(file -> run.relativize(file).toString())
              .sorted()
              .toList();
      assertTrue(names.stream().noneMatch(name -> name.endsWith(".part")), names.toString());
      return names;
    }
  }

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
    RunResult.Majority majority = undisturbed.result().majority();
    assertEquals(share(answer, targets(data, Split.VALIDATION)), majority.validation());
    assertEquals(share(answer, targets(data, Split.TEST)), majority.test());
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

  @ParameterizedTest
  @ValueSource(strings = {"step 1", "step 3", "step 6", "evaluation 2", "evaluation 6", "start"})
  void anInterruptedRunGoesOnToTheSameBytes(String when) throws IOException {
    FineTuning plan = plan("interrupted", FineTuning.Existing.RESUME);
    Interrupted stop =
        assertThrows(
            Interrupted.class,
            plan.listener(at(when, step -> Thread.currentThread().interrupt()))::run);
    assertFalse(Thread.currentThread().isInterrupted(), "the interrupt is answered");
    assertTrue(stop.getMessage().contains(plan.folder().path().toString()), stop.getMessage());
    Path run = plan.folder().path();
    assertFalse(Files.exists(run.resolve("result.json")));
    String latest = Files.readString(run.resolve("checkpoint/LATEST"));
    assertTrue(
        stop.getMessage().contains("after step " + latest.substring("step-".length()) + ";"));
    assertEquals(
        List.of("optimizer.safetensors", "state.json", "trainable.safetensors"),
        files(run.resolve("checkpoint").resolve(latest)));
    plan.run();
    assertSameOutcome(run);
  }

  /**
   * Interrupted at the start of each attempt: at most one step each, or none where it evaluates.
   */
  @Test
  void interruptsMayComeAtEveryStep() throws IOException {
    FineTuning plan = plan("often", FineTuning.Existing.RESUME);
    int attempts = 0;
    while (!plan.folder().isFinished()) {
      boolean disturb = attempts++ <= STEPS;
      try {
        plan.listener(
                at(
                    "start",
                    step -> {
                      if (disturb) {
                        Thread.currentThread().interrupt();
                      }
                    }))
            .run();
        assertFalse(disturb);
      } catch (Interrupted e) {
        assertTrue(disturb);
        assertTrue(e.getMessage().startsWith("interrupted after step "), e.getMessage());
      }
    }
    assertEquals(STEPS + 2, attempts);
    assertSameOutcome(plan.folder().path());
  }

  @Test
  void anInterruptAfterTheLastStepDoesNotSpoilTheResult() throws IOException {
    FineTuning plan = plan("late", FineTuning.Existing.REFUSE);
    RunListener last =
        new RunListener() {
          @Override
          public void onEnd() {
            Thread.currentThread().interrupt();
          }
        };
    try {
      plan.listener(last).run();
    } finally {
      Thread.interrupted();
    }
    assertSameOutcome(plan.folder().path());
  }

  /** What is left when a process dies between two files of a checkpoint is not mistaken for one. */
  @Test
  void aHalfWrittenCheckpointIsNotUsed() throws IOException {
    FineTuning plan = plan("killed", FineTuning.Existing.RESUME);
    assertThrows(
        Interrupted.class,
        plan.listener(at("step 4", step -> Thread.currentThread().interrupt()))::run);
    Path run = plan.folder().path();
    assertEquals("step-4", Files.readString(run.resolve("checkpoint/LATEST")));
    Path begun = Files.createDirectories(run.resolve("checkpoint/step-5"));
    Files.write(begun.resolve("trainable.safetensors.part"), new byte[100]);
    Files.writeString(
        run.resolve("metrics.jsonl"),
        "{\"step\":5,\"epoch\":1.0,\"loss\":1.0,\"gradientNorm\":1.0,\"learningRate\":0.1}\n{\"ste",
        java.nio.file.StandardOpenOption.APPEND);
    plan.run();
    assertSameOutcome(run);
  }

  @Test
  void aFinishedRunIsRefusedKeptOrReplaced() throws IOException {
    Path run = folder.resolve("finished");
    plan("finished", FineTuning.Existing.REFUSE).maxSteps(2).run();
    Map<String, Object> before = state(run);
    UserException refused =
        assertThrows(
            UserException.class, plan("finished", FineTuning.Existing.REFUSE).maxSteps(2)::run);
    assertTrue(refused.getMessage().contains(run.toString()), refused.getMessage());
    assertEquals(before, state(run));

    RunListener noStep =
        new RunListener() {
          @Override
          public void onStep(int step, double loss, double examplesPerSecond) {
            throw new AssertionError("a finished run trains");
          }
        };
    Run resumed = plan("finished", FineTuning.Existing.RESUME).maxSteps(2).listener(noStep).run();
    assertEquals(2, resumed.result().steps());
    assertEquals(before, state(run));

    Files.writeString(run.resolve("notes.txt"), "of another run");
    plan("finished", FineTuning.Existing.OVERWRITE).run();
    assertSameOutcome(run);
  }

  /** Times and contents of all files. */
  private static Map<String, Object> state(Path run) throws IOException {
    Map<String, Object> state = new TreeMap<>();
    for (String name : files(run)) {
      state.put(name, Files.getLastModifiedTime(run.resolve(name)));
      state.put(name + " bytes", Arrays.hashCode(Files.readAllBytes(run.resolve(name))));
    }
    return state;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void resumingWithOtherSettingsIsRefused(boolean finished) {
    FineTuning plan = plan("settings", FineTuning.Existing.RESUME).maxSteps(2);
    if (finished) {
      plan.run();
    } else {
      assertThrows(
          Interrupted.class,
          plan.listener(at("step 1", step -> Thread.currentThread().interrupt()))::run);
    }
    UserException error = assertThrows(UserException.class, plan.seed(99)::run);
    assertTrue(error.getMessage().contains("other settings"), error.getMessage());
    assertTrue(error.getMessage().contains("\"seed\":99"), error.getMessage());
  }

  @Test
  void otherFilesAreNeverOverwritten() throws IOException {
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(mine.resolve("thesis.txt"), "years of work");
    for (FineTuning.Existing existing : FineTuning.Existing.values()) {
      UserException error = assertThrows(UserException.class, plan("mine", existing)::run);
      assertTrue(error.getMessage().contains(mine.toString()), error.getMessage());
      assertEquals(List.of("thesis.txt"), files(mine));
    }
  }

  @Test
  void aLossThatIsNotFiniteStopsAndKeepsTheLastGoodCheckpoint() throws IOException {
    FineTuning plan = plan("diverged", FineTuning.Existing.RESUME).learningRate(1e30);
    RunListener steps = new RunListener() {};
    NonFiniteException error = assertThrows(NonFiniteException.class, plan.listener(steps)::run);
    assertTrue(error.getMessage().matches("(loss|gradient norm) is .* at step \\d+: .*"));
    assertTrue(error.getMessage().contains("learning rate"), error.getMessage());
    Path run = plan.folder().path();
    assertFalse(Files.exists(run.resolve("result.json")));
    files(run);
    int last =
        new RunFolder(run).readMetrics().stream().mapToInt(MetricsLine::step).max().orElse(0);
    assertTrue(error.getMessage().contains("at step " + (last + 1) + ":"), error.getMessage());
    assertEquals("step-2", Files.readString(run.resolve("checkpoint/LATEST")));
    Path kept = run.resolve("checkpoint/step-2/trainable.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(kept);
        NDManager manager = Torch.newManager()) {
      for (String name : file.names()) {
        double[] values = GradientCheck.doubles(file.read(name, manager));
        assertTrue(Arrays.stream(values).allMatch(Double::isFinite), name);
      }
    }
    for (MetricsLine line : new RunFolder(run).readMetrics()) {
      assertTrue(line.loss() == null || Double.isFinite(line.loss()), line.toString());
    }
    // Resuming meets the same end; nothing gets worse.
    assertEquals(
        error.getMessage(), assertThrows(NonFiniteException.class, plan::run).getMessage());
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
      assertEquals(120, predictor.evaluate(Split.TEST).rows());
    }
  }

  /** A listener that acts after a step, after an evaluation at a step, or before the first. */
  private static RunListener at(String when, IntConsumer action) {
    return new RunListener() {
      private void happened(String what, int step) {
        if (when.equals(what)) {
          action.accept(step);
        }
      }

      @Override
      public void onStart(FineTuning plan, int totalSteps) {
        happened("start", 0);
      }

      @Override
      public void onStep(int step, double loss, double examplesPerSecond) {
        happened("step " + step, step);
      }

      @Override
      public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
        happened("evaluation " + step, step);
      }
    };
  }
}
