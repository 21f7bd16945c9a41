package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.t5.Generation;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.LiveArrays;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A method trains its own tensors, nothing else, and goes away without a trace. */
@ExtendWith(OneThread.class)
class GradientIsolationTest {
  private static final String COMPACTER = "compacter[n=4,reduction=3]";
  private static final String COMPACTER_PP = "compacter++[n=4,reduction=3]";

  private final JsonNode golden = Goldens.file("t5_tiny.json");

  private Batch batch(NDManager manager) {
    return new Batch(
        GoldenArrays.array(manager, golden.required("input_ids"), DataType.INT64),
        GoldenArrays.array(manager, golden.required("attention_mask"), DataType.FLOAT32),
        GoldenArrays.array(manager, golden.required("labels"), DataType.INT64));
  }

  private void backward(T5Network network, long seed) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      Batch batch = batch(manager);
      ForwardPass pass = ForwardPass.training(0.1, seed);
      Torch.backward(network.loss(pass, batch.ids(), batch.mask(), batch.labels()));
    }
  }

  private float[] logits(T5Network network) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      Batch batch = batch(manager);
      ForwardPass pass = ForwardPass.evaluation();
      NDArray decoderIds = network.shiftRight(batch.labels());
      return network
          .decode(pass, decoderIds, network.encode(pass, batch.ids(), batch.mask()))
          .toFloatArray();
    }
  }

  private static NDArray gradient(Parameter parameter) {
    return JniUtils.getGradient((PtNDArray) parameter.getArray());
  }

  @ParameterizedTest
  @CsvSource({
    "t5_tiny.json, compacter",
    "t5_tiny.json, compacter++",
    "t5_tiny_v11.json, compacter",
    "t5_tiny_v11.json, compacter++"
  })
  void onlyTrainableTensorsGetGradients(String backbone, String method) {
    try (T5Network network = T5Golden.network(Goldens.file(backbone), DataType.FLOAT32);
        Adaptation adaptation =
            Methods.parse(method + "[n=4,reduction=3]").applyTo(network, "task", 3)) {
      backward(network, 1);
      Map<String, Parameter> own = network.weights().parameters();
      assertTrue(own.keySet().stream().anyMatch(name -> !adaptation.trainable().containsKey(name)));
      own.forEach(
          (name, parameter) -> {
            if (!adaptation.trainable().containsKey(name)) {
              assertNull(gradient(parameter), "a gradient of " + name);
            }
          });
      adaptation
          .trainable()
          .forEach(
              (name, parameter) -> {
                assertNotNull(gradient(parameter), "no gradient of " + name);
                double[] values = GradientCheck.doubles(gradient(parameter));
                assertTrue(Arrays.stream(values).allMatch(Double::isFinite), name);
                assertTrue(Arrays.stream(values).anyMatch(v -> v != 0), "all zero: " + name);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {COMPACTER, COMPACTER_PP})
  void removalLeavesTheSameBits(String spec) {
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT32)) {
      float[] before = logits(network);
      try (Adaptation adaptation = Methods.parse(spec).applyTo(network, "task", 3)) {
        logits(network);
      }
      assertArrayEquals(before, logits(network), "inserted and removed");
      for (int round = 0; round < 2; round++) {
        trainSteps(network, spec, before);
        assertArrayEquals(before, logits(network), "trained and removed");
      }
      network
          .weights()
          .parameters()
          .forEach((name, parameter) -> assertFalse(parameter.getArray().hasGradient(), name));
    }
  }

  /** A few steps with a rate so large that no logit stays. */
  private void trainSteps(T5Network network, String spec, float[] before) {
    try (Adaptation adaptation = Methods.parse(spec).applyTo(network, "task", 3);
        AdamW optimizer = new AdamW(adaptation.trainable(), 1, 0)) {
      String norm = "encoder.final_layer_norm.weight";
      float[] start = network.weights().get(norm).toFloatArray();
      for (int step = 1; step <= 5; step++) {
        backward(network, step);
        optimizer.step(step, 0.05);
      }
      assertFalse(Arrays.equals(start, network.weights().get(norm).toFloatArray()), norm);
      assertFalse(Arrays.equals(before, logits(network)), "training changes the logits");
    }
  }

  @Test
  void anAdapterStartsNextToInert() {
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT32)) {
      float[] before = logits(network);
      try (Adaptation adaptation = Methods.parse(COMPACTER).applyTo(network, "task", 3)) {
        assertArrayEquals(before, logits(network), 0.05f);
      }
    }
  }

  @Test
  void allAdaptersUseOneSharedRule() {
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT32);
        Adaptation adaptation = Methods.parse(COMPACTER).applyTo(network, "task", 3)) {
      Set<Parameter> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
      distinct.addAll(adaptation.trainable().values());
      assertEquals(adaptation.trainable().size(), distinct.size());
      Parameter rule = adaptation.trainable().get("phm_rule");
      assertEquals(new Shape(4, 4, 4), rule.getArray().getShape());
      assertEquals(
          1, adaptation.trainable().keySet().stream().filter(n -> n.contains("phm_rule")).count());
      // One value, used everywhere: without A, adapters add their biases alone, here zero.
      float[] adapted = logits(network);
      try (GradientMode off = GradientMode.off()) {
        rule.getArray().muli(0);
      }
      float[] without = logits(network);
      adaptation.close(); // closing again, at the end of the block, does nothing
      assertFalse(Arrays.equals(adapted, without));
      assertArrayEquals(logits(network), without, 1e-5f);
    }
  }

  /** A layer that passes its input on and tells whether a graph is being recorded. */
  private static final class Probe extends AbstractBlock {
    private int calls;
    private int recorded;

    Probe() {
      super((byte) 1);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore parameterStore,
        NDList inputs,
        boolean training,
        PairList<String, Object> parameters) {
      if (calls++ % 500 != 0) {
        return inputs; // libtorch takes its time to refuse
      }
      try (NDArray sum = inputs.head().sum();
          NDArray one = sum.onesLike()) {
        JniUtils.backward((PtNDArray) sum, (PtNDArray) one, true, false);
        recorded++;
      } catch (EngineException noGraph) {
        assertTrue(noGraph.getMessage().contains("does not require grad"), noGraph.getMessage());
      }
      return inputs;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  @Test
  void theProbeSeesTheGraphOfTraining() {
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT32);
        Adaptation adaptation = Methods.parse(COMPACTER).applyTo(network, "task", 3)) {
      Probe probe = probe(network);
      backward(network, 1);
      assertEquals(1, probe.calls);
      assertEquals(1, probe.recorded);
    }
  }

  private static Probe probe(T5Network network) {
    Probe probe = new Probe();
    network.hooks().behind(new Place(Stack.DECODER, 1, SubLayer.CROSS_ATTENTION), probe);
    return probe;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void evaluationFromAFreshThreadRecordsNothingAndLeaksNothing(int beams) throws Exception {
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT32);
        Adaptation adaptation = Methods.parse(COMPACTER).applyTo(network, "task", 3)) {
      Probe probe = probe(network);
      Generation generation =
          new Generation(network, new GenerationOptions(12, beams, 1, false, 1));
      long[][] here = generate(generation);
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                Torch.setThreads(1);
                boolean modeBefore = JniUtils.isGradMode();
                assertTrue(modeBefore, "libtorch records gradients on a fresh thread");
                int live = 0;
                for (int i = 0; i < 200; i++) {
                  assertArrayEquals(here, generate(generation));
                  live = i == 5 ? LiveArrays.heldBy(network.weights(), adaptation) : live;
                }
                assertEquals(live, LiveArrays.heldBy(network.weights(), adaptation));
                assertSame(modeBefore, JniUtils.isGradMode());
                return null;
              });
      Thread thread = new Thread(task, "fresh");
      thread.start();
      task.get();
      assertTrue(probe.calls > 1000);
      assertEquals(0, probe.recorded);
      adaptation.trainable().forEach((name, p) -> assertNull(gradient(p), name));
    }
  }

  private long[][] generate(Generation generation) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Batch batch = batch(manager);
      return generation.generate(batch.ids(), batch.mask());
    }
  }
}
