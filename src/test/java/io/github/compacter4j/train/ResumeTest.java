package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.files.Json;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What processes leave that die at rare moments, which kills at random seldom meet. */
@ExtendWith(OneThread.class)
class ResumeTest {
  private static final String STOPPED = "step-4";

  @TempDir static Path shared;
  private static T5 model;
  private static Run undisturbed;
  private static Path data;

  @TempDir Path folder;

  @BeforeAll
  static void runOnce() {
    model = T5.load(T5.BUNDLED);
    data = Everyday.few(shared);
    undisturbed =
        Everyday.plan(model, "compacter++", data)
            .out(shared.resolve("undisturbed"), FineTuning.Existing.REFUSE)
            .run();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private Path run() {
    return folder.resolve("run");
  }

  private FineTuning plan() {
    return Everyday.plan(model, "compacter++", data).out(run(), FineTuning.Existing.RESUME);
  }

  /** Leaves a run that was stopped behind its second evaluation. */
  @BeforeEach
  void stopInTheMiddle() throws IOException {
    RunListener stop = Everyday.afterEvaluation(4, () -> Thread.currentThread().interrupt());
    assertThrows(Interrupted.class, plan().listener(stop)::run);
    assertEquals(STOPPED, Files.readString(run().resolve("checkpoint/LATEST")));
  }

  private void assertResumes() throws IOException {
    Run run = plan().run();
    assertArrayEquals(
        Files.readAllBytes(undisturbed.folder().adapter()),
        Files.readAllBytes(run().resolve("adapter.safetensors")));
    assertEquals(undisturbed.metrics(), new RunFolder(run()).readMetrics());
    assertEquals(Everyday.files(undisturbed), Everyday.files(run));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"st",
        "{\"step\":4,\"epoch\":0.6,\"validation\":{\"accuracy\":50.0}",
        "{\"step\":5,\"epoch\":0.8,\"loss\":1.0,\"gradientNorm\":1.0,\"learningRate\":0.1}\n{"
      })
  void aLineOfMetricsThatIsCutOff(String line) throws IOException {
    Path metrics = run().resolve("metrics.jsonl");
    int before = new RunFolder(run()).readMetrics().size();
    Files.writeString(metrics, line, StandardOpenOption.APPEND);
    assertEquals(before + line.lines().count() - 1, new RunFolder(run()).readMetrics().size());
    assertResumes();
  }

  /** The line of an evaluation is written, the checkpoint that says so is not. */
  @Test
  void anEvaluationIsNotCountedTwice() throws IOException {
    Path state = run().resolve("checkpoint/step-4/state.json");
    Checkpoint.State before = Json.read(state, Checkpoint.State.class);
    Checkpoint.State earlier =
        Json.read(run().resolve("checkpoint/step-2/state.json"), Checkpoint.State.class);
    assertTrue(before.evaluated());
    Json.write(state, new Checkpoint.State(4, false, earlier.best(), null, null, null));
    assertResumes();
  }

  /** The checkpoint says which weights are best; they were to be written next. */
  @Test
  void theBestWeightsAreThoseOfTheCheckpoint() throws IOException {
    Path state = run().resolve("checkpoint/step-4/state.json");
    Checkpoint.State before = Json.read(state, Checkpoint.State.class);
    RunResult.Best best = new RunResult.Best(before.best().epoch(), 4, 1000);
    Json.write(state, new Checkpoint.State(4, true, best, null, null, null));
    Files.writeString(run().resolve("adapter.safetensors"), "of an earlier evaluation");
    Run run = plan().run();
    assertEquals(4, run.result().best().step());
    assertEquals(undisturbed.metrics().size(), run.metrics().size(), "and it trains to the end");
  }

  @Test
  void leftoversAreSweptAway() throws IOException {
    Path checkpoints = run().resolve("checkpoint");
    Files.writeString(checkpoints.resolve("LATEST.part"), "step-6");
    Files.writeString(checkpoints.resolve("step-4/state.json.part"), "{");
    Files.writeString(run().resolve("adapter.safetensors.part"), "half");
    Path begun = Files.createDirectories(checkpoints.resolve("step-6"));
    Files.writeString(begun.resolve("trainable.safetensors"), "whole, perhaps");
    RunListener look =
        Everyday.afterEvaluation(
            6,
            () -> {
              assertFalse(Files.exists(begun));
              assertFalse(Files.exists(checkpoints.resolve("LATEST.part")));
              assertFalse(Files.exists(checkpoints.resolve("step-4/state.json.part")));
              assertFalse(Files.exists(run().resolve("adapter.safetensors.part")));
            });
    plan().listener(look).run();
    assertResumes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "provenance.json"})
  void aRunThatHardlyBegan(String lost) throws IOException {
    new RunFolder(run()).clear();
    assertTrue(new RunFolder(run()).isEmpty());
    if (lost.equals("config.json")) {
      Files.writeString(run().resolve("config.json.part"), "{\"mod");
    } else {
      Json.write(run().resolve("config.json"), plan().config());
    }
    assertResumes();
  }

  @Test
  void checkpointsOfAFinishedRunGoOnTheNextCall() throws IOException {
    plan().run();
    Files.createDirectories(run().resolve("checkpoint/step-6"));
    Files.writeString(run().resolve("checkpoint/LATEST"), "step-6");
    assertResumes();
  }

  /** Half of a run that was to be overwritten is still one, and starts again from nothing. */
  @Test
  void anOverwriteThatDiedInTheMiddle() throws IOException {
    for (String name : List.of("checkpoint/LATEST", "adapter.safetensors")) {
      Files.delete(run().resolve(name));
    }
    assertResumes();
  }
}
