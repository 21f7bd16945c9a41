package io.github.compacter4j.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.RealModel;
import io.github.compacter4j.checkpoint.BertCheckpoint;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors of all-MiniLM-L6-v2 against transformers, in float32. */
class SentencesGoldenTest {
  private static final JsonNode CASES = Goldens.file("minilm_reference.json").required("cases");
  private static final double TOLERANCE = 1e-4;
  private static BertNetwork network;

  /** Before each case, not once before all, so that every case without the model is reported. */
  @BeforeEach
  void load() {
    if (network == null) {
      try (BertCheckpoint checkpoint = BertCheckpoint.open(RealModel.minilm())) {
        network = checkpoint.load(Pooling.MEAN, 2, 0);
      }
    }
  }

  @AfterAll
  static void close() {
    if (network != null) {
      network.close();
    }
  }

  static Stream<Arguments> cases() {
    return IntStream.range(0, CASES.size()).mapToObj(i -> Arguments.of(i, CASES.get(i)));
  }

  @ParameterizedTest(name = "minilm_reference.json case {0}")
  @MethodSource("cases")
  void givesTheSameVectors(int number, JsonNode one) {
    check(one, 0);
  }

  /** Padding changes no vector. */
  @ParameterizedTest(name = "minilm_reference.json case {0}, padded")
  @MethodSource("cases")
  void paddingChangesNothing(int number, JsonNode one) {
    check(one, 9);
  }

  private static void check(JsonNode one, int padding) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      BertInput input = input(manager, one, padding);
      float[] mean = network.mean(ForwardPass.evaluation(), input).toFloatArray();
      float[] first = network.encode(ForwardPass.evaluation(), input).get("0, 0").toFloatArray();
      assertStarts(one.required("mean_first8"), mean);
      assertStarts(one.required("cls_first4"), first);
      double squares = IntStream.range(0, mean.length).mapToDouble(i -> mean[i] * mean[i]).sum();
      double norm = one.required("mean_norm").asDouble();
      assertEquals(norm, Math.sqrt(squares), TOLERANCE * norm);
    }
  }

  private static BertInput input(NDManager manager, JsonNode one, int padding) {
    long[] ids = Goldens.longs(one.required("ids"));
    int length = ids.length + padding;
    float[] mask = new float[length];
    Arrays.fill(mask, 0, ids.length, 1);
    Shape shape = new Shape(1, length);
    long[] types = Goldens.longs(one.required("types"));
    return new BertInput(
        manager.create(Arrays.copyOf(ids, length), shape),
        manager.create(Arrays.copyOf(types, length), shape),
        manager.create(mask, shape));
  }

  private static void assertStarts(JsonNode expected, float[] vector) {
    double[] start = IntStream.range(0, expected.size()).mapToDouble(i -> vector[i]).toArray();
    Goldens.assertClose("vector", Goldens.doubles(expected), start, TOLERANCE);
  }
}
