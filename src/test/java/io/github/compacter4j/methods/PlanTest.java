package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.AttentionPrefix;
import io.github.compacter4j.model.AttentionPrefix.Positions;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.KeyValues;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.Tape;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each hook does what another way to the same function does. */
class PlanTest {
  private static final String WO = "decoder.block.1.layer.2.DenseReluDense.wo.weight"; // (24, 40)
  private static final Place CROSS = new Place(Stack.DECODER, 1, SubLayer.CROSS_ATTENTION);
  private static final Place SELF = new Place(Stack.DECODER, 0, SubLayer.SELF_ATTENTION);

  private static double[] logits(Consumer<Plan> fill) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      Plan plan = new Plan(tiny.network().anatomy());
      fill.accept(plan);
      try (Adaptation adaptation = plan.applyTo(tiny.network())) {
        return tiny.logits();
      }
    }
  }

  private static Shape shape(String tensor) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      return tiny.network().anatomy().shapes().get(tensor);
    }
  }

  private static Parameter random(Plan plan, String name, Shape shape) {
    return plan.tensor(name, shape, RandomInitializer.normal(1).of(7, name));
  }

  private static Consumer<Plan> replacing(UnaryOperator<NDArray> function) {
    return plan -> plan.hook(hooks -> hooks.replace(WO, function));
  }

  /** A thread that has not called libtorch before records gradients until it is told not to. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lora[rank=2]",
        "lora[rank=2,start=pissa]",
        "svfit[rank=2]",
        "compacter[bottleneck=4]"
      })
  void whatAnotherThreadInsertsTrains(String method) throws Exception {
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      Callable<Adaptation> work = () -> Methods.parse(method).applyTo(tiny.network(), "task", 1);
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try (Adaptation adaptation = thread.submit(work).get()) {
        tiny.backward();
        adaptation.trainable().forEach((name, p) -> assertTrue(p.getArray().hasGradient(), name));
      } finally {
        thread.shutdown();
      }
    }
  }

  @Test
  void aMethodThatCannotStartLeavesTheNetworkAsItWas() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      NDArray q = tiny.network().weights().get("encoder.block.0.layer.0.SelfAttention.q.weight");
      q.muli(0);
      Method singular = Methods.parse("loldu[rank=2]");
      assertThrows(UserException.class, () -> singular.applyTo(tiny.network(), "task", 1));
      double[] before = tiny.logits();
      try (Adaptation other =
          Methods.parse("loldu[rank=2,targets=o]").applyTo(tiny.network(), "task", 1)) {
        assertArrayEquals(before, tiny.logits(), 1e-9);
      }
    }
  }

  @Test
  void aPassOfEvaluationGoesOnNoTape() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Tape tape = new Tape()) {
      assertThrows(
          IllegalStateException.class, () -> tiny.network().on(tape, ForwardPass.evaluation()));
    }
  }

  @Test
  void aBranchBesideAMatrixIsASumOfMatrices() {
    Shape size = shape(WO);
    double[] beside =
        logits(
            plan -> {
              Parameter delta = random(plan, "delta", size);
              plan.hook(
                  hooks ->
                      hooks.beside(WO, (pass, x) -> TorchFunctions.linear(x, delta.getArray())));
            });
    double[] replaced =
        logits(
            plan -> {
              Parameter delta = random(plan, "delta", size);
              replacing(w -> w.add(delta.getArray())).accept(plan);
            });
    assertArrayEquals(replaced, beside, 1e-10);
  }

  @Test
  void scalesOfInputAndOutputAreThoseOfColumnsAndRows() {
    Shape rows = new Shape(shape(WO).get(0));
    Shape columns = new Shape(shape(WO).get(1));
    double[] scaled =
        logits(
            plan -> {
              Parameter out = random(plan, "out", rows);
              Parameter in = random(plan, "in", columns);
              plan.hook(
                  hooks -> {
                    hooks.scaleOutput(WO, out);
                    hooks.scaleInput(WO, in);
                  });
            });
    double[] replaced =
        logits(
            plan -> {
              Parameter out = random(plan, "out", rows);
              Parameter in = random(plan, "in", columns);
              replacing(w -> w.mul(in.getArray()).mul(out.getArray().expandDims(1))).accept(plan);
            });
    assertArrayEquals(replaced, scaled, 1e-10);
  }

  /** Twice the sub-layer's output, or the output beside itself through the residual stream. */
  @Test
  void aLayerBesideASubLayerReadsTheResidualStream() {
    Block one = new LambdaBlock(list -> new NDList(list.head()));
    double[] beside = logits(plan -> plan.hook(hooks -> hooks.beside(CROSS, one)));
    NDArray[] stream = new NDArray[1];
    double[] byHand =
        logits(
            plan ->
                plan.hook(
                    hooks -> {
                      Place before = new Place(Stack.DECODER, 1, SubLayer.SELF_ATTENTION);
                      hooks.behindSum(
                          before,
                          new LambdaBlock(
                              list -> {
                                stream[0] = list.head();
                                return list;
                              }));
                      hooks.behind(
                          CROSS, new LambdaBlock(y -> new NDList(y.head().add(stream[0]))));
                    }));
    assertArrayEquals(byHand, beside, 1e-12);
  }

  /** Zeros take a share of every query's attention, and what the values say is read. */
  @Test
  void keysAndValuesStandBeforeAnAttentionsOwn() {
    double[] base = logits(plan -> {});
    for (Place place : new Place[] {SELF, CROSS}) {
      double[] zeros = logits(plan -> prefix(plan, place, Initializer.ZEROS));
      double[] random =
          logits(plan -> prefix(plan, place, RandomInitializer.normal(1).of(3, "prefix")));
      assertTrue(difference(base, zeros) > 1e-3, place + " shares its attention with zeros");
      assertTrue(difference(zeros, random) > 1e-3, place + " reads the values");
    }
  }

  /** Cached generation, where keys come one by one, sees the same prefix as whole passes. */
  @Test
  void cachedGenerationSeesThePrefix() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      Plan plan = new Plan(tiny.network().anatomy());
      prefix(plan, SELF, RandomInitializer.normal(2).of(3, "self"));
      prefix(plan, CROSS, RandomInitializer.normal(2).of(4, "cross"));
      try (Adaptation adaptation = plan.applyTo(tiny.network())) {
        long[][] written = tiny.generate(6);
        long[][] next = tiny.next(written);
        for (int row = 0; row < written.length; row++) {
          for (int i = 1; i < written[row].length && written[row][i] != 0; i++) {
            assertEquals(next[row][i - 1], written[row][i]);
          }
        }
      }
    }
  }

  private static void prefix(Plan plan, Place place, Initializer start) {
    Shape shape = new Shape(2, plan.anatomy().attentionWidth());
    Parameter keys = plan.tensor(place + ".k", shape, start);
    Parameter values = plan.tensor(place + ".v", shape, start);
    Function<ForwardPass, KeyValues> vectors =
        pass -> new KeyValues(keys.getArray(), values.getArray());
    AttentionPrefix prefix = new AttentionPrefix(2, Positions.NOBIAS, vectors);
    plan.hook(hooks -> hooks.prefix(place, prefix));
  }

  @Test
  void aLayerBehindTheEmbeddingsChangesTheEncodersInputAlone() {
    double[] doubled =
        logits(
            plan ->
                plan.hook(
                    hooks ->
                        hooks.behindEmbeddings(new LambdaBlock(e -> new NDList(e.head().mul(2))))));
    double[] byNorm = logits(plan -> {});
    assertTrue(difference(doubled, byNorm) > 1e-6);
  }

  @Test
  void aPlanSaysWhatTrainsAndAnAdaptationCarriesItOut() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      Plan plan = new Plan(tiny.network().anatomy());
      Parameter trains = random(plan, "trains", new Shape(3));
      Start ones = Start.of(Initializer.ONES);
      Parameter fixed = plan.fixed("fixed", new Shape(2), ones);
      plan.kept("kept", new Shape(2), ones);
      plan.state("state", new Shape(2));
      Parameter ages = plan.ages(trains, new Shape(1));
      plan.train(tensor -> tensor.role() == Role.RELATIVE_BIAS);
      plan.penalty(() -> trains.getArray().square().sum());
      plan.penalty(() -> fixed.getArray().sum());
      assertEquals(3, plan.trainable().size());
      try (Adaptation adaptation = plan.applyTo(tiny.network())) {
        assertEquals(plan.trainable().keySet(), adaptation.trainable().keySet());
        assertEquals(Set.of("fixed", "kept", "state", "trains.age"), adaptation.fixed().keySet());
        Set<String> kept = new TreeSet<>(plan.trainable().keySet());
        kept.add("kept");
        assertEquals(kept, adaptation.kept().keySet());
        kept.addAll(Set.of("state", "trains.age"));
        assertEquals(kept, adaptation.state().keySet());
        assertEquals(Map.of("trains", ages), adaptation.ages());
        assertFalse(fixed.getArray().hasGradient());
        double[] values = GradientCheck.doubles(trains.getArray());
        double expected = 2;
        for (double value : values) {
          expected += value * value;
        }
        assertEquals(expected, adaptation.penalty().orElseThrow().getDouble(), 1e-12);
      }
    }
  }

  @Test
  void aTensorThatPausesHasNoGradient() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse("norms").applyTo(tiny.network(), "task", 1)) {
      String name = "encoder.final_layer_norm.weight";
      adaptation.tensors().pause(name, true);
      assertFalse(adaptation.tensors().active().containsKey(name));
      tiny.backward();
      assertFalse(adaptation.trainable().get(name).getArray().hasGradient());
      adaptation.tensors().pause(name, false);
      tiny.backward();
      assertTrue(adaptation.trainable().get(name).getArray().hasGradient());
      assertThrows(
          IllegalArgumentException.class, () -> adaptation.tensors().pause("nothing", true));
    }
  }

  private static double difference(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
