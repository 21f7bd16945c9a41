package io.github.compacter4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.TinyBert;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.AttentionPrefix;
import io.github.compacter4j.model.AttentionPrefix.Positions;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.KeyValues;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each hook of an encoder does what another way to the same function does. */
@ExtendWith(OneThread.class)
class BertHooksTest {
  private static final Place ATTENTION = new Place(Stack.ENCODER, 1, SubLayer.SELF_ATTENTION);
  private static final Place FEED_FORWARD = new Place(Stack.ENCODER, 1, SubLayer.FEED_FORWARD);
  private static final String OUT = "encoder.layer.1.output.dense.weight"; // (24, 40)
  private static final String BIAS = "encoder.layer.1.output.dense.bias";

  private final Map<String, double[]> passed = new HashMap<>();

  private Block recorder(String name) {
    return new LambdaBlock(
        list -> {
          passed.put(name, list.singletonOrThrow().toDoubleArray());
          return new NDList(list.singletonOrThrow());
        });
  }

  private static double[] encode(TinyBert tiny, ForwardPass pass) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      return tiny.network().encode(pass, tiny.input()).toDoubleArray();
    }
  }

  private static double[] logits(Consumer<Plan> fill) {
    try (TinyBert tiny = new TinyBert("bert_tiny.json", DataType.FLOAT64)) {
      Plan plan = new Plan(tiny.network().anatomy());
      fill.accept(plan);
      try (Adaptation adaptation = plan.applyTo(tiny.network())) {
        return tiny.logits();
      }
    }
  }

  private static Parameter random(Plan plan, String name, long... shape) {
    return plan.tensor(name, new Shape(shape), RandomInitializer.normal(1).of(7, name));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void layersStandBehindTheDenseLayerAndBehindDropoutAndSum(double dropout) {
    String norm = "encoder.layer.1.output.LayerNorm.weight";
    try (TinyBert tiny = new TinyBert("bert_tiny.json", DataType.FLOAT64)) {
      BertNetwork network = tiny.network();
      network.hooks().beside(FEED_FORWARD, recorder("h"));
      network.hooks().behind(FEED_FORWARD, recorder("y"));
      network.hooks().behindSum(FEED_FORWARD, recorder("sum"));
      double[] out = encode(tiny, ForwardPass.training(dropout, 1));
      double[] h = passed.get("h");
      double[] y = passed.get("y");
      double[] sum = passed.get("sum");
      int dropped = 0;
      for (int i = 0; i < sum.length; i++) {
        double added = sum[i] - 2 * h[i]; // beside is the stream itself
        boolean zero = Math.abs(added) < 1e-12;
        dropped += zero ? 1 : 0;
        assertEquals(zero ? 0 : y[i] / (1 - dropout), added, 1e-10);
      }
      assertEquals(dropout, (double) dropped / sum.length, dropout / 2);
      NDArray behind =
          GradientCheck.create(
              network.weights().manager(), DataType.FLOAT64, sum, new Shape(3, 9, 24));
      NDArray b = network.weights().get(norm.replace("weight", "bias"));
      NDArray normed = TorchFunctions.layerNorm(behind, network.weights().get(norm), b, 1e-12);
      assertArrayEquals(normed.toDoubleArray(), out, 1e-12);
    }
  }

  /** What an attention layer writes is read as the output of its last layer, bias included. */
  @Test
  void aLayerBehindAttentionReadsTheDenseLayersOutput() {
    double[] doubled =
        logits(
            plan ->
                plan.hook(
                    hooks ->
                        hooks.behind(
                            ATTENTION, new LambdaBlock(y -> new NDList(y.head().mul(2))))));
    String dense = "encoder.layer.1.attention.output.dense.";
    double[] replaced =
        logits(
            plan ->
                plan.hook(
                    hooks -> {
                      hooks.replace(dense + "weight", w -> w.mul(2));
                      hooks.replace(dense + "bias", b -> b.mul(2));
                    }));
    assertArrayEquals(replaced, doubled, 1e-10);
  }

  @Test
  void whatStandsAroundAProjectionIsAnotherMatrixAndBias() {
    double[] around =
        logits(
            plan -> {
              Parameter delta = random(plan, "delta", 24, 40);
              Parameter out = random(plan, "out", 24);
              Parameter in = random(plan, "in", 40);
              Parameter more = random(plan, "more", 24);
              plan.hook(
                  hooks -> {
                    hooks.beside(OUT, (pass, x) -> TorchFunctions.linear(x, delta.getArray()));
                    hooks.scaleOutput(OUT, out);
                    hooks.scaleInput(OUT, in);
                    hooks.bias(OUT, more);
                  });
            });
    double[] replaced =
        logits(
            plan -> {
              Parameter delta = random(plan, "delta", 24, 40);
              Parameter out = random(plan, "out", 24);
              Parameter in = random(plan, "in", 40);
              Parameter more = random(plan, "more", 24);
              plan.hook(
                  hooks -> {
                    hooks.replace(
                        OUT,
                        w ->
                            w.mul(in.getArray())
                                .add(delta.getArray())
                                .mul(out.getArray().expandDims(1)));
                    hooks.replace(BIAS, b -> b.mul(out.getArray()).add(more.getArray()));
                  });
            });
    assertArrayEquals(replaced, around, 1e-10);
  }

  /** Zeros take a share of every query's attention, and what the values say is read. */
  @Test
  void keysAndValuesStandBeforeAnAttentionsOwn() {
    double[] base = logits(plan -> {});
    double[] zeros = logits(plan -> prefix(plan, Initializer.ZEROS));
    double[] random = logits(plan -> prefix(plan, RandomInitializer.normal(1).of(3, "prefix")));
    assertTrue(difference(base, zeros) > 1e-3, "zeros take a share");
    assertTrue(difference(zeros, random) > 1e-3, "values are read");
  }

  private static void prefix(Plan plan, Initializer start) {
    Parameter keys = plan.tensor("k", new Shape(2, 24), start);
    Parameter values = plan.tensor("v", new Shape(2, 24), start);
    Function<ForwardPass, KeyValues> vectors =
        pass -> new KeyValues(keys.getArray(), values.getArray());
    AttentionPrefix prefix = new AttentionPrefix(2, Positions.NOBIAS, vectors);
    plan.hook(hooks -> hooks.prefix(ATTENTION, prefix));
  }

  private static double difference(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  /** The first block reads what passed there, behind the embeddings' norm. */
  @Test
  void aLayerBehindTheEmbeddingsReadsWhatTheFirstBlockReads() {
    try (TinyBert tiny = new TinyBert("bert_tiny.json", DataType.FLOAT64)) {
      Place first = new Place(Stack.ENCODER, 0, SubLayer.SELF_ATTENTION);
      tiny.network().hooks().behindEmbeddings(recorder("embedded"));
      tiny.network().hooks().beside(first, recorder("h"));
      encode(tiny, ForwardPass.evaluation());
      assertArrayEquals(passed.get("embedded"), passed.get("h"));
    }
  }

  /** A prompt of words' vectors is those words before the text: same positions, type 0, seen. */
  @ParameterizedTest
  @ValueSource(strings = {"bert_tiny.json", "roberta_tiny.json"})
  void aPromptOfWordsIsTheWords(String file) {
    long[] words = {7, 12, 5};
    try (TinyBert tiny = new TinyBert(file, DataType.FLOAT64);
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      BertNetwork network = tiny.network();
      BertInput text = tiny.input();
      NDArray ids = text.ids().getManager().create(words);
      NDArray before = ids.expandDims(0).repeat(0, 3);
      BertInput whole =
          new BertInput(
              before.concat(text.ids(), 1),
              before.zerosLike().concat(text.types(), 1),
              text.mask().get(":, :3").onesLike().concat(text.mask(), 1));
      NDArray expected = network.encode(ForwardPass.evaluation(), whole).get(":, 3:");
      NDArray rows = network.weights().get(BertTensors.WORDS).get(ids);
      Plan plan = new Plan(network.anatomy());
      Parameter prompt =
          plan.tensor("prompt", rows.getShape(), (base, owner, shape, type) -> copy(owner, rows));
      plan.hook(hooks -> hooks.input(prompt));
      int most = network.maxLength();
      try (Adaptation adaptation = plan.applyTo(network)) {
        NDArray hidden = network.encode(ForwardPass.evaluation(), text);
        assertEquals(new Shape(3, 9, 24), hidden.getShape(), "the text's tokens alone");
        assertArrayEquals(expected.toDoubleArray(), hidden.toDoubleArray(), 1e-12);
        assertEquals(most - 3, network.maxLength());
      }
    }
  }

  private static NDArray copy(NDManager owner, NDArray rows) {
    return owner.create(rows.toDoubleArray(), rows.getShape());
  }

  @ParameterizedTest
  @CsvSource({"bert_tiny.json, 30", "roberta_tiny.json, 28"})
  void aTextLongerThanThePositionsIsRefused(String file, int most) {
    try (TinyBert tiny = new TinyBert(file, DataType.FLOAT64);
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      assertEquals(most, tiny.network().maxLength());
      BertInput longest = longer(tiny.input(), most);
      assertEquals(most, tiny.network().encode(ForwardPass.evaluation(), longest).size(1));
      BertInput tooLong = longer(tiny.input(), most + 1);
      UserException error =
          assertThrows(
              UserException.class, () -> tiny.network().encode(ForwardPass.evaluation(), tooLong));
      assertTrue(error.getMessage().contains("positions for " + most), error.getMessage());
    }
  }

  private static BertInput longer(BertInput input, int length) {
    NDArray ids = input.ids().get("0:1").repeat(1, 4).get(":, :" + length);
    return new BertInput(
        ids, ids.zerosLike(), ids.onesLike().toType(input.mask().getDataType(), true));
  }
}
