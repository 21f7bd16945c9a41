package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.Home;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of six steps with the bundled model on the shipped set, and its outcome to compare with.
 */
@ExtendWith(OneThread.class)
abstract class ShortRunFixture {
  static final int STEPS = 6;
  static final ObjectMapper JSON = new ObjectMapper();

  static T5 model;

  /** A run nobody disturbed. */
  static Run undisturbed;

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
  static FineTuning plan() {
    return FineTuning.of(model, "compacter++[n=4,reduction=8]", Glue.sst2().withMaxTrainSamples(40))
        .data(Home.folder().orElseThrow().resolve("data/everyday-sentiment"))
        .batchSize(8)
        .maxSteps(STEPS)
        .evaluationSteps(2)
        .seed(7);
  }

  final FineTuning plan(String name, FineTuning.Existing existing) {
    return plan().out(folder.resolve(name), existing);
  }

  static ObjectNode result(Path run) throws IOException {
    return (ObjectNode) JSON.readTree(run.resolve("result.json").toFile());
  }

  static String withoutMeasures(Path run) throws IOException {
    ObjectNode result = result(run);
    assertTrue(result.remove("measures").isObject());
    return result.toPrettyString();
  }

  static byte[] adapter(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("adapter.safetensors"));
  }

  static void assertSameOutcome(Path run) throws IOException {
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
  static List<String> files(Path run) throws IOException {
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

  /** A listener that acts after a step, after an evaluation at a step, or before the first. */
  static RunListener at(String when, IntConsumer action) {
    return new RunListener() {
      private void happened(String what, int step) {
        if (when.equals(what)) {
          action.accept(step);
        }
      }

      @Override
      public void onStart(String plan, int totalSteps, int warmup) {
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
