package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.compacter4j.Home;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods with rules go on behind an interrupt as if there had been none. */
@ExtendWith(OneThread.class)
class RuleResumeTest {
  private static final int STEPS = 8;
  private static final int STOP = 5;

  private static T5 model;
  @TempDir Path folder;

  @BeforeAll
  static void load() {
    model = T5.load(T5.BUNDLED);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adalora[rank=3,target=1,targets=q+v,tinit=1,tfinal=2,deltaT=2]",
        "dylora[rank=3]",
        "increlora[interval=2]",
        "lisa[blocks=2,interval=3]",
        "sora[rank=3,threshold=0.05]",
        "spiel[density=0.02,interval=4,collect=2]"
      })
  void resumesToEqualBits(String method) throws IOException {
    Run undisturbed = plan(method, "undisturbed").run();
    FineTuning plan = plan(method, "stopped");
    assertThrows(Interrupted.class, plan.listener(interruptingAt(STOP))::run);
    Run resumed = plan.run();
    for (String file : new String[] {"adapter.safetensors", "metrics.jsonl"}) {
      assertArrayEquals(
          Files.readAllBytes(undisturbed.folder().path().resolve(file)),
          Files.readAllBytes(resumed.folder().path().resolve(file)),
          file);
    }
  }

  private FineTuning plan(String method, String name) {
    return FineTuning.of(model, method, Glue.sst2().withMaxTrainSamples(40))
        .data(Home.folder().orElseThrow().resolve("data/everyday-sentiment"))
        .batchSize(8)
        .maxSteps(STEPS)
        .evaluationSteps(4)
        .learningRate(1e-2)
        .seed(7)
        .out(folder.resolve(name), FineTuning.Existing.RESUME);
  }

  private static RunListener interruptingAt(int stop) {
    return new RunListener() {
      @Override
      public void onStep(int step, double loss, double examplesPerSecond) {
        if (step == stop) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }
}
