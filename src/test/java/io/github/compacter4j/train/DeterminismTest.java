package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One seed, one result, to the bit; dropout is on. */
@ExtendWith(OneThread.class)
class DeterminismTest {
  @TempDir static Path shared;
  private static T5 model;
  private static Path data;

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    model = T5.load(T5.BUNDLED);
    data = Everyday.few(shared);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private FineTuning plan(String method, String out) {
    return Everyday.plan(model, method, data)
        .maxSteps(2)
        .out(folder.resolve(out), FineTuning.Existing.RESUME);
  }

  private static byte[] adapter(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("adapter.safetensors"));
  }

  private static Stream<String> methods() {
    return Stream.concat(Methods.paper().stream().map(Method::name), Stream.of("head", "norms"));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void ofEveryMethod(String method) throws IOException {
    Run first = plan(method, "first").run();
    Run second = plan(method, "second").run();
    Run other = plan(method, "other").seed(8).run();
    assertTrue(
        Arrays.equals(adapter(first.folder().path()), adapter(second.folder().path())),
        "equal seeds");
    assertEquals(first.metrics(), second.metrics());
    assertFalse(
        Arrays.equals(adapter(first.folder().path()), adapter(other.folder().path())),
        "other seeds");
    assertNotEquals(first.metrics(), other.metrics());
  }

  @Test
  void inAProcessOfItsOwn() throws Exception {
    Run here = plan("compacter", "here").run();
    Path there = folder.resolve("there");
    int status =
        CommandLineProcess.of(
                ("train --task sst2 --method compacter --seed 7 --threads 1 --batch-size 4 --steps 2"
                        + " --eval-steps 2 --data "
                        + data
                        + " --out "
                        + there)
                    .split(" "))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assertEquals(0, status);
    assertTrue(Arrays.equals(adapter(here.folder().path()), adapter(there)));
    assertEquals(here.metrics(), new RunFolder(there).readMetrics());
    assertEquals(here.folder().readConfig(), new RunFolder(there).readConfig());
  }

  /** Hears warnings, and stops after the first evaluation if asked to. */
  private static RunListener listener(List<String> warnings, boolean stop) {
    return new RunListener() {
      @Override
      public void onWarning(String warning) {
        warnings.add(warning);
      }

      @Override
      public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
        if (stop) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  @Test
  void resumingWithOtherThreadsWarns() {
    List<String> warnings = new ArrayList<>();
    FineTuning plan = plan("compacter++", "threads").maxSteps(6);
    assertThrows(Interrupted.class, plan.listener(listener(warnings, true))::run);
    assertThrows(Interrupted.class, plan.listener(listener(warnings, true))::run);
    assertEquals(List.of(), warnings);
    try {
      Torch.setThreads(2);
      plan.listener(listener(warnings, false)).run();
    } finally {
      Torch.setThreads(1);
    }
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(
        warnings.get(0).startsWith("begun with 1 threads, resumed with 2"), warnings.toString());
  }
}
