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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sentence vectors of all-MiniLM-L6-v2 against transformers, one by one and in a padded batch. */
class MiniLmGoldenTest {
  private static final JsonNode CASES = Goldens.file("minilm_reference.json").required("cases");

  @Test
  void givesTheSameVectors() {
    try (Encoder encoder = Encoder.load(RealModel.minilm().toString());
        BertNetwork network = encoder.newNetwork()) {
      assertEquals("mean", encoder.pooling(null));
      int[] all = IntStream.range(0, CASES.size()).toArray();
      for (int row : all) {
        compare(encoder, network, new int[] {row});
      }
      compare(encoder, network, all);
    }
  }

  private static void compare(Encoder encoder, BertNetwork network, int[] rows) {
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
              .rows("cases", examples)
              .batch(manager, DataType.FLOAT32, rows);
      NDArray mean =
          network.mean(
              ForwardPass.evaluation(), new BertInput(batch.ids(), batch.types(), batch.mask()));
      for (int i = 0; i < rows.length; i++) {
        assertVector(rows[i], mean.get(i).toFloatArray());
      }
    }
  }

  private static TextPair texts(JsonNode one) {
    List<String> texts = Goldens.strings(one.required("text"));
    return new TextPair(texts.get(0), texts.stream().skip(1).findFirst());
  }

  private static void assertVector(int row, float[] vector) {
    double[] values = IntStream.range(0, vector.length).mapToDouble(i -> vector[i]).toArray();
    JsonNode one = CASES.get(row);
    double[] first = Goldens.doubles(one.required("mean_first8"));
    Goldens.assertClose("case " + row, first, Arrays.copyOf(values, first.length), 1e-4);
    double norm = Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
    double[] expected = {one.required("mean_norm").doubleValue()};
    Goldens.assertClose("norm of case " + row, expected, new double[] {norm}, 1e-4);
  }
}
