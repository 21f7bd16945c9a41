package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.run.MetricsLine;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are stopped, spoilt or repeated, and what their folders then mean. */
class InterruptedRunTest extends ShortRunFixture {
  @ParameterizedTest
  @ValueSource(strings = {"step 1", "step 3", "step 6", "evaluation 2", "evaluation 6", "start"})
  void anInterruptedRunGoesOnToTheSameBytes(String when) throws IOException {
    FineTuning plan = plan("interrupted", FineTuning.Existing.RESUME);
    Interrupted stop =
        assertThrows(
            Interrupted.class,
            plan.listener(at(when, step -> Thread.currentThread().interrupt()))::run);
    assertFalse(Thread.currentThread().isInterrupted(), "the interrupt is answered");
    assertTrue(
        stop.getMessage().contains(plan.folder().orElseThrow().path().toString()),
        stop.getMessage());
    Path run = plan.folder().orElseThrow().path();
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
    while (!plan.folder().orElseThrow().isFinished()) {
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
    assertSameOutcome(plan.folder().orElseThrow().path());
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
    assertSameOutcome(plan.folder().orElseThrow().path());
  }

  /** What is left when a process dies between two files of a checkpoint is not mistaken for one. */
  @Test
  void aHalfWrittenCheckpointIsNotUsed() throws IOException {
    FineTuning plan = plan("killed", FineTuning.Existing.RESUME);
    assertThrows(
        Interrupted.class,
        plan.listener(at("step 4", step -> Thread.currentThread().interrupt()))::run);
    Path run = plan.folder().orElseThrow().path();
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

    Files.createFile(run.resolve("run.lock")); // a process died between its result and its end
    Files.createDirectories(run.resolve("checkpoint/step-2"));
    plan("finished", FineTuning.Existing.RESUME).maxSteps(2).listener(noStep).run();
    assertEquals(before, state(run));

    Files.writeString(run.resolve("adapter.json"), "of another run");
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
    assertTrue(
        error.getMessage().endsWith("other settings: seed is 7 there, 99 asked for"),
        error.getMessage());
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
    Path run = plan.folder().orElseThrow().path();
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
  void anOverwriteLeavesOtherFilesAlone() throws IOException {
    Path run = plan("mine", FineTuning.Existing.REFUSE).run().folder().path();
    Path notes = Files.writeString(run.resolve("notes.txt"), "mine");
    FineTuning again = plan("mine", FineTuning.Existing.OVERWRITE);
    UserException error = assertThrows(UserException.class, again::run);
    assertTrue(error.getMessage().startsWith(notes + ": "), error.getMessage());
    assertTrue(Files.exists(run.resolve("result.json")));
    Path model = Files.createDirectory(folder.resolve("model"));
    Path config = Files.writeString(model.resolve("config.json"), "{\"d_model\": 192}");
    Path weights = Files.writeString(model.resolve("model.safetensors"), "weights");
    assertThrows(UserException.class, plan("model", FineTuning.Existing.OVERWRITE)::run);
    assertTrue(Files.exists(config) && Files.exists(weights));
  }

  @Test
  void aFolderThatIsBeingWrittenIsRefused() throws IOException {
    FineTuning plan = plan("shared", FineTuning.Existing.REFUSE);
    Path run = plan.folder().orElseThrow().path();
    List<String> messages = new ArrayList<>();
    RunListener other =
        at(
            "step 2",
            step -> {
              for (FineTuning.Existing existing : FineTuning.Existing.values()) {
                FineTuning second = plan("shared", existing);
                messages.add(assertThrows(UserException.class, second::run).getMessage());
              }
            });
    plan.listener(other).run();
    assertSameOutcome(run);
    assertEquals(3, messages.size());
    assertTrue(messages.get(1).contains("another process is writing"), messages.toString());
  }

  @Test
  void resumingOnOtherDataIsRefused() throws IOException {
    Path data = Files.createDirectory(folder.resolve("everyday-sentiment"));
    Path shipped = Home.folder().orElseThrow().resolve("data/everyday-sentiment");
    for (String name : List.of("task.yaml", "train.tsv", "validation.tsv", "test.tsv")) {
      Files.copy(shipped.resolve(name), data.resolve(name));
    }
    RunListener stopping = at("step 3", step -> Thread.currentThread().interrupt());
    FineTuning plan = plan("moved", FineTuning.Existing.RESUME).data(data);
    assertThrows(Interrupted.class, plan.listener(stopping)::run);
    Path validation = data.resolve("validation.tsv");
    Files.writeString(validation, Files.readString(validation) + "A fine day.\t1\n");
    UserException error = assertThrows(UserException.class, plan::run);
    assertTrue(error.getMessage().contains("validation.tsv was sha256"), error.getMessage());
  }

  @Test
  void timesOfAStoppedRunAreAddedUp() {
    RunListener stopping = at("step 5", step -> Thread.currentThread().interrupt());
    FineTuning plan = plan("timed", FineTuning.Existing.RESUME);
    assertThrows(Interrupted.class, plan.listener(stopping)::run);
    RunResult.Measures measures = plan.run().result().measures();
    double rows = measures.examplesPerSecond() * measures.trainingSeconds();
    assertEquals(STEPS * 8, rows, 1e-6, "the rows of all steps");
    assertTrue(measures.seconds() > measures.trainingSeconds());
  }
}
