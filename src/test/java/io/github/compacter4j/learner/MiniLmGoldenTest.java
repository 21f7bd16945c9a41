package io.github.compacter4j.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.RealModel;
import io.github.compacter4j.bert.BertInput;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.text.TextPair;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sentence vectors of all-MiniLM-L6-v2 against transformers in float32, from texts to pooled
 * values: case by case, and all in one padded batch.
 */
class MiniLmGoldenTest {
  private static final JsonNode CASES = Goldens.file("minilm_reference.json").required("cases");
  private static final double TOLERANCE = 1e-4;
  private static Encoder encoder;
  private static BertNetwork network;

  /** Before each case, not once before all, so that every case without the model is reported. */
  @BeforeEach
  void load() {
    if (network == null) {
      encoder = Encoder.load(RealModel.minilm().toString());
      network = encoder.newNetwork();
    }
  }

  @AfterAll
  static void close() {
    if (network != null) {
      network.close();
      encoder.close();
    }
  }

  static IntStream cases() {
    return IntStream.range(0, CASES.size());
  }

  @ParameterizedTest(name = "minilm_reference.json case {0}")
  @MethodSource("cases")
  void givesTheSameVectors(int number) {
    compare(new int[] {number});
  }

  /** Padding changes no vector. */
  @Test
  void givesTheSameVectorsInOneBatch() {
    assertEquals("mean", encoder.pooling(null));
    compare(cases().toArray());
  }

  private static void compare(int[] rows) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      List<Example> examples =
          IntStream.range(0, CASES.size())
              .mapToObj(row -> new Example(texts(CASES.get(row))))
              .toList();
      Batch batch =
          encoder
              .reader(Glue.mrpc(), 128, false)
              .rows(examples)
              .batch(manager, DataType.FLOAT32, rows);
      BertInput input = new BertInput(batch.ids(), batch.types(), batch.mask());
      NDArray mean = network.mean(ForwardPass.evaluation(), input);
      NDArray first = network.encode(ForwardPass.evaluation(), input).get(":, 0");
      for (int i = 0; i < rows.length; i++) {
        JsonNode one = CASES.get(rows[i]);
        assertStarts(one.required("mean_first8"), mean.get(i).toFloatArray());
        assertStarts(one.required("cls_first4"), first.get(i).toFloatArray());
        double norm = one.required("mean_norm").asDouble();
        assertEquals(norm, Math.sqrt(mean.get(i).square().sum().getFloat()), TOLERANCE * norm);
      }
    }
  }

  private static TextPair texts(JsonNode one) {
    List<String> texts = Goldens.strings(one.required("text"));
    return new TextPair(texts.get(0), texts.stream().skip(1).findFirst());
  }

  private static void assertStarts(JsonNode expected, float[] vector) {
    double[] start = IntStream.range(0, expected.size()).mapToDouble(i -> vector[i]).toArray();
    Goldens.assertClose("vector", Goldens.doubles(expected), start, TOLERANCE);
  }
}
