package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.compacter4j.Home;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.learner.TextRows;
import io.github.compacter4j.learner.TextToText;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Tape;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** At real sizes training takes the fast functions, and they compute what double precision does. */
@ExtendWith(OneThread.class)
class Float32FastPathTest {
  private static final int[] ROWS = IntStream.range(0, 32).toArray();

  private final T5 bundled = T5.load(T5.BUNDLED);
  private final NDManager manager = Torch.newManager();
  private T5Network network;
  private Tokenized rows;

  @BeforeEach
  void load() {
    network = bundled.newNetwork();
    rows =
        new TextRows(
            Glue.sst2()
                .load(Home.folder().orElseThrow().resolve("data/everyday-sentiment"))
                .examples(Split.TRAIN, false),
            bundled.tokenizer(),
            128);
  }

  @AfterEach
  void close() {
    manager.close();
    network.close();
    bundled.close();
  }

  private NDArray backward(T5Network trained, double dropout) {
    try (GradientMode on = GradientMode.on();
        Tape tape = new Tape()) {
      Batch batch = rows.batch(manager, trained.dataType(), ROWS);
      ForwardPass pass = trained.on(tape, ForwardPass.training(dropout, 3));
      NDArray loss = trained.loss(pass, batch.ids(), batch.mask(), batch.labels());
      tape.backward(loss);
      return Torch.keep(loss, manager);
    }
  }

  private static Map<String, Long> callsDuring(Runnable work) {
    Map<String, Long> before = TorchFunctions.calls();
    work.run();
    Map<String, Long> during = new TreeMap<>();
    TorchFunctions.calls()
        .forEach(
            (name, count) -> {
              long more = count - before.getOrDefault(name, 0L);
              if (more > 0) {
                during.put(name, more);
              }
            });
    return during;
  }

  @Test
  void aTrainingStepTakesTheFastFunctions() {
    try (Adaptation adaptation = Methods.parse("compacter").applyTo(network, "sst2", 1);
        AdamW optimizer = new AdamW(adaptation.trainable(), 1, 0);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, Long> calls =
          callsDuring(
              () -> {
                backward(network, 0.1);
                optimizer.step(1, 1e-3);
              });
      // 4 + 4 blocks: an adapter behind each self-attention and feed-forward, of two layers.
      assertEquals(32L, calls.get("phm_low_rank"), calls.toString());
      assertEquals(16L, calls.get("gelu_tanh"), calls.toString());
      // The adapters leave the sub-layers whole; cross-attention, which reads two values, has
      // parts.
      for (String direction : new String[] {"", "_backward"}) {
        assertEquals(8L, calls.get("self_attention" + direction), calls.toString());
        assertEquals(8L, calls.get("feed_forward" + direction), calls.toString());
        assertEquals(20L, calls.get("residual" + direction), calls.toString());
      }
      assertEquals(4L, calls.get("attention_kept"), calls.toString());
      assertEquals(4 * 4 + 1L, calls.get("affine"), calls.toString()); // with the output layer
      assertEquals(4 * 2 + 4 * 3 + 2L, calls.get("rms_norm_kept"), calls.toString());
      // Embeddings and ends of stacks.
      assertEquals(2 + 2L, calls.get("dropout"), calls.toString());
      assertEquals(2L, calls.get("embedding"), calls.toString());
      assertEquals(2L, calls.get("position_bias"), calls.toString());
      assertEquals(1L, calls.get("cross_entropy"), calls.toString());
      assertEquals(1L, calls.get("gradient_norm"), calls.toString());
      assertEquals(1L, calls.get("adamw"), calls.toString());
      for (String matrix : new String[] {"affine_weight", "attention", "relu_dropout"}) {
        assertTrue(!calls.containsKey(matrix), calls.toString());
      }
      for (String other : new String[] {"attention_fused", "linear_bf16", "kronecker_sum"}) {
        assertTrue(!calls.containsKey(other), calls.toString());
      }
    }
  }

  @Test
  void frozenMatricesInBfloat16TakeTheirOwnProduct() {
    try (Adaptation adaptation = Methods.parse("compacter").applyTo(network, "sst2", 1);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      network.weights().keepFrozenMatricesInBfloat16();
      Map<String, Long> calls = callsDuring(() -> backward(network, 0.1));
      assertEquals(4 * 4 + 1L, calls.get("affine"), calls.toString());
      assertEquals(8L, calls.get("self_attention_backward"), calls.toString());
      assertEquals(2L, calls.get("embedding_bf16"), calls.toString());
      for (String recorded : new String[] {"linear", "linear_bf16", "linear_onednn"}) {
        assertTrue(!calls.containsKey(recorded), calls.toString());
      }
    }
  }

  @Test
  void evaluationTakesFusedAttentionAndNoDropout() {
    try (Adaptation adaptation = Methods.parse("compacter").applyTo(network, "sst2", 1)) {
      Evaluator evaluator =
          new Evaluator(
              TextToText.writing(network, bundled.tokenizer(), GenerationOptions::greedy), 100);
      Map<String, Long> calls = callsDuring(() -> evaluator.predict(rows, 3));
      long batches = (rows.size() + 99) / 100;
      assertEquals(4 * batches, calls.get("self_attention_fused"), calls.toString()); // the encoder
      assertTrue(calls.get("attention_fused") > 0, calls.toString()); // of the decoder's steps
      assertTrue(calls.get("feed_forward") > 4, calls.toString()); // of both
      for (String other : new String[] {"attention", "attention_kept", "dropout", "residual"}) {
        assertTrue(!calls.containsKey(other), calls.toString());
      }
    }
  }

  /** The goldens are too small for oneDNN; here the same network in double judges it. */
  @Test
  void lossAndGradientsEqualThoseInDouble() {
    try (T5Network wide = inDouble();
        Adaptation fast = Methods.parse("compacter").applyTo(network, "sst2", 1);
        Adaptation exact = Methods.parse("compacter").applyTo(wide, "sst2", 1);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      double loss = backward(network, 0).toFloatArray()[0];
      double expected = backward(wide, 0).toDoubleArray()[0];
      assertEquals(expected, loss, 1e-4 * Math.max(1, Math.abs(expected)));
      assertEquals(exact.trainable().keySet(), fast.trainable().keySet());
      exact.trainable().forEach((name, p) -> compareGradients(name, p, fast.trainable().get(name)));
    }
  }

  private static void compareGradients(String name, Parameter exact, Parameter fast) {
    double[] expected = GradientCheck.doubles(exact.getArray().getGradient());
    double largest = 1e-12;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    double[] actual = GradientCheck.doubles(fast.getArray().getGradient());
    assertArrayEquals(expected, actual, 1e-3 * largest, name);
  }

  private T5Network inDouble() {
    NDManager owner = Torch.newManager();
    Map<String, NDArray> tensors = new HashMap<>();
    network
        .weights()
        .parameters()
        .forEach(
            (name, parameter) -> {
              try (GradientMode off = GradientMode.off()) {
                NDArray cast = TorchFunctions.cast(parameter.getArray(), DataType.FLOAT64);
                cast.attach(owner);
                tensors.put(name, cast);
              }
            });
    return new T5Network(network.config(), Weights.of(network.config(), owner, tensors));
  }
}
