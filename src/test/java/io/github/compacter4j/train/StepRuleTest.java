package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.Home;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.torch.UpdateFunctions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a method does within the steps of a run, with a made-up rule that uses all there is. */
@ExtendWith(OneThread.class)
class StepRuleTest {
  private static final int STEPS = 6;
  private static final Set<Integer> PAUSED = Set.of(0, 1, 4);
  private static final String PAUSING = "encoder.block.0.layer.0.layer_norm.weight";

  private static T5 model;
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

  /** The norms train, one of them at times; {@code drawn} has a gradient by the penalty alone. */
  private static final class MadeUp extends Method {
    MadeUp() {
      super(MethodSpec.of("norms"));
    }

    @Override
    protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
      plan.train(tensor -> tensor.role() == Role.NORM);
      Parameter drawn = plan.tensor("drawn", new Shape(3), Initializer.ONES);
      Parameter tally = plan.kept("tally", new Shape(1), Start.of(Initializer.ZEROS));
      plan.penalty(() -> drawn.getArray().square().sum());
      plan.eachStep(new Tallying(tally));
    }
  }

  /** Every gradient depends on what the steps before have tallied. */
  private record Tallying(Parameter tally) implements StepRule {
    @Override
    public void beforeForward(Step step) {
      step.tensors().pause(PAUSING, PAUSED.contains(step.number()));
    }

    @Override
    public void afterBackward(Step step) {
      UpdateFunctions.scaleGradients(arrays(step), 1 + tally.getArray().getFloat());
    }

    @Override
    public void afterClipping(Step step) {
      UpdateFunctions.scaleGradients(arrays(step), 1.0 / (1 + step.number()));
    }

    @Override
    public void afterUpdate(Step step) {
      try (NDManager manager = Torch.newManager();
          GradientMode off = GradientMode.off()) {
        float now = tally.getArray().getFloat() + step.number() + 1;
        TorchFunctions.copy(manager.create(new float[] {now}), tally.getArray());
      }
    }

    private static List<NDArray> arrays(Step step) {
      return step.tensors().active().values().stream().map(Parameter::getArray).toList();
    }
  }

  private static FineTuning plan() {
    return FineTuning.of(model, new MadeUp(), Glue.sst2().withMaxTrainSamples(40))
        .data(Home.folder().orElseThrow().resolve("data/everyday-sentiment"))
        .batchSize(8)
        .maxSteps(STEPS)
        .evaluationSteps(2)
        .seed(7);
  }

  @Test
  void thePenaltyIsInTheLossAndMovesItsTensor() throws IOException {
    double first = undisturbed.metrics().get(0).loss();
    Run without =
        FineTuning.of(model, "norms", Glue.sst2().withMaxTrainSamples(40))
            .data(Home.folder().orElseThrow().resolve("data/everyday-sentiment"))
            .batchSize(8)
            .maxSteps(1)
            .seed(7)
            .out(folder.resolve("without"), FineTuning.Existing.REFUSE)
            .run();
    assertEquals(without.metrics().get(0).loss() + 3, first, 1e-5);
    try (SafetensorsFile file = SafetensorsFile.open(undisturbed.folder().adapter())) {
      assertTrue(file.names().containsAll(List.of("drawn", "tally", PAUSING)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void resumesToEqualBits(int stop) throws IOException {
    FineTuning plan = plan().out(folder.resolve("run"), FineTuning.Existing.RESUME);
    RunListener interrupting =
        new RunListener() {
          @Override
          public void onStep(int step, double loss, double examplesPerSecond) {
            if (step == stop) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertThrows(Interrupted.class, plan.listener(interrupting)::run);
    Path state = folder.resolve("run/checkpoint/step-" + stop + "/state.json");
    int taken = (int) List.of(2, 3, 5).stream().filter(step -> step < stop).count();
    Checkpoint.State read = Json.read(state, Checkpoint.State.class);
    assertEquals(Map.of(PAUSING, taken), read.otherSteps());
    assertEquals(PAUSED.contains(stop - 1) ? Set.of(PAUSING) : Set.of(), read.paused());
    Run resumed = plan.run();
    for (String file : List.of("adapter.safetensors", "metrics.jsonl")) {
      assertArrayEquals(
          Files.readAllBytes(undisturbed.folder().path().resolve(file)),
          Files.readAllBytes(resumed.folder().path().resolve(file)),
          file);
    }
    assertEquals(undisturbed.result().test(), resumed.result().test());
  }

  /** A tensor that sits out two steps of four is where two steps alone would bring it. */
  @Test
  void aTensorThatPausesNeitherMovesNorCounts() {
    try (NDManager manager = Torch.newManager()) {
      Parameter p = parameter("p", manager);
      Parameter q = parameter("q", manager);
      Parameter alone = parameter("q", manager);
      try (AdamW both = optimizer(p, q);
          AdamW single = optimizer(alone)) {
        for (int step = 1; step <= 4; step++) {
          q.freeze(step == 2 || step == 3);
          q.getArray().setRequiresGradient(q.requiresGradient());
          float[] before = q.getArray().toFloatArray();
          backward(q.requiresGradient() ? List.of(p, q) : List.of(p));
          both.step(step, 0.01 * step);
          if (q.requiresGradient()) {
            backward(List.of(alone));
            single.step(step, 0.01 * step);
          } else {
            assertArrayEquals(before, q.getArray().toFloatArray());
          }
        }
        assertArrayEquals(alone.getArray().toFloatArray(), q.getArray().toFloatArray());
        assertEquals(Map.of("q", 2), both.stepsOtherThan(4));
      }
    }
  }

  private static AdamW optimizer(Parameter... parameters) {
    TreeMap<String, Parameter> byName = new TreeMap<>();
    for (Parameter parameter : parameters) {
      byName.put(parameter.getName(), parameter);
    }
    return new AdamW(byName, Double.POSITIVE_INFINITY, 0);
  }

  private static Parameter parameter(String name, NDManager manager) {
    Parameter parameter = Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
    parameter.setArray(manager.create(new float[] {1, -2, 3}));
    parameter.getArray().setRequiresGradient(true);
    return parameter;
  }

  private static void backward(List<Parameter> parameters) {
    try (GradientMode on = GradientMode.on()) {
      Torch.backward(
          parameters.stream()
              .map(parameter -> parameter.getArray().pow(4).sum())
              .reduce(NDArray::add)
              .orElseThrow());
    }
  }
}
