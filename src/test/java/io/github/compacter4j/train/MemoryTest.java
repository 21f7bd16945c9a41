package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.Home;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.learner.TextRows;
import io.github.compacter4j.learner.TextToText;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Weights;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.LiveArrays;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.ProcessMemory;
import io.github.compacter4j.torch.Torch;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory stays flat: the number of arrays alive exactly, the resident size of the process within a
 * few per cent.
 */
@ExtendWith(OneThread.class)
class MemoryTest {
  private static final int STEPS = 5000;
  private static final int WARM = 500;

  @TempDir Path folder;
  private final T5 bundled = T5.load(T5.BUNDLED);
  private final Method method = Methods.parse("compacter[n=4,reduction=2]");
  private T5Network network;
  private TaskData data;

  @BeforeEach
  void tinyNetwork() {
    T5Config config =
        new T5Config(8100, 32, 8, 64, 2, 2, 4, 32, 128, 0.1, 1e-6, false, true, 0, 1, 0);
    network = new T5Network(config, T5Weights.random(config, Torch.newManager(), 1));
    data = Glue.sst2().load(Home.folder().orElseThrow().resolve("data/everyday-sentiment"));
  }

  @AfterEach
  void close() {
    network.close();
    bundled.close();
  }

  private Tokenized rows(Split split, int most) {
    List<Example> examples = data.examples(split, false);
    return new TextRows(
        examples.subList(0, Math.min(most, examples.size())), bundled.tokenizer(), 128);
  }

  /** Meets every length once, so that tables of positions, which are kept, all exist. */
  private void meetAllLengths(Tokenized... splits) {
    for (Tokenized split : splits) {
      new Evaluator(TextToText.writing(network, bundled.tokenizer(), GenerationOptions::greedy), 1)
          .predict(split, 6);
    }
  }

  @Test
  void overFiveThousandStepsAndFiftyEvaluations() {
    Tokenized rows = rows(Split.TRAIN, 200);
    Tokenized validation = rows(Split.VALIDATION, 10);
    AtomicInteger evaluations = new AtomicInteger();
    Map<Integer, Integer> live = new TreeMap<>();
    Map<Integer, Long> resident = new TreeMap<>();
    Protocol protocol =
        Protocol.small(method.spec())
            .with("epochs", 1000)
            .with("maxSteps", STEPS)
            .with("batchSize", 2)
            .with("evaluationSteps", 100);
    Evaluator evaluator =
        new Evaluator(
            TextToText.writing(network, bundled.tokenizer(), GenerationOptions::greedy), 10);
    try (Adaptation adaptation = method.applyTo(network, "sst2", 1)) {
      meetAllLengths(rows, validation);
      Training[] self = new Training[1];
      RunListener sampler =
          new RunListener() {
            @Override
            public void onStep(int step, double loss, double examplesPerSecond) {
              assertTrue(Double.isFinite(loss));
              if (step >= WARM && step % 100 == 0) {
                live.put(step, LiveArrays.heldBy(self[0], network.weights(), adaptation));
                System.gc();
                resident.put(step, ProcessMemory.residentBytes());
              }
            }

            @Override
            public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
              evaluations.incrementAndGet();
            }
          };
      RunFolder run = new RunFolder(folder.resolve("run"));
      AdapterInfo info =
          new AdapterInfo(method.toString(), bundled.identity(), "sst2", 1, Map.of());
      try (StepGradients gradients =
              new StepGradients(
                  bundled.learner(network, Glue.sst2(), protocol), adaptation, rows, protocol, 1);
          Training training = new Training(adaptation, gradients, run, info, sampler)) {
        self[0] = training;
        training.run(() -> evaluator.evaluate(validation, Glue.sst2().metrics(), 6));
        assertEquals(STEPS, training.step());
      }
    }
    assertEquals(1 + (STEPS - WARM) / 100, live.size());
    assertEquals(STEPS / 100, evaluations.get());
    assertEquals(1, live.values().stream().distinct().count(), "arrays alive by step: " + live);
    requireFlat(resident);
  }

  private Evaluator evaluator(IntFunction<GenerationOptions> search) {
    return new Evaluator(TextToText.writing(network, bundled.tokenizer(), search), 10);
  }

  @Test
  void overFiftyGenerations() {
    Tokenized validation = rows(Split.VALIDATION, 20);
    Map<Integer, Integer> live = new TreeMap<>();
    Map<Integer, Long> resident = new TreeMap<>();
    try (Adaptation adaptation = method.applyTo(network, "sst2", 1)) {
      Evaluator greedy = evaluator(GenerationOptions::greedy);
      Evaluator beams = evaluator(most -> new GenerationOptions(most, 3, 1, false, 2));
      for (int i = 0; i < 50; i++) {
        greedy.predict(validation, 8);
        beams.predict(validation, 8);
        if (i >= 9) {
          live.put(i, LiveArrays.heldBy(network.weights(), adaptation));
          System.gc();
          resident.put(i, ProcessMemory.residentBytes());
        }
      }
    }
    assertEquals(1, live.values().stream().distinct().count(), "arrays alive: " + live);
    requireFlat(resident);
  }

  @Test
  void overFiftyChangesOfTheAdapter() {
    int before = -1;
    for (int i = 0; i < 50; i++) {
      try (Adaptation adaptation = method.applyTo(network, "task" + i, i);
          AdamW optimizer = new AdamW(adaptation.trainable(), 1, 0)) {
        assertEquals(2 * adaptation.trainable().size(), optimizer.moments().size());
        new Evaluator(
                TextToText.writing(network, bundled.tokenizer(), GenerationOptions::greedy), 10)
            .predict(rows(Split.VALIDATION, 20), 4);
      }
      int live = LiveArrays.heldBy(network.weights());
      before = i == 0 ? live : before;
      assertEquals(before, live, "arrays alive after adapter " + i);
    }
    assertEquals(DataType.FLOAT32, network.dataType());
  }

  private static void requireFlat(Map<Integer, Long> resident) {
    if (resident.containsValue(0L)) {
      return; // the system does not tell
    }
    long first = resident.values().iterator().next();
    long most = Collections.max(resident.values());
    assertTrue(most < first * 1.05, "resident bytes: " + resident);
  }
}
