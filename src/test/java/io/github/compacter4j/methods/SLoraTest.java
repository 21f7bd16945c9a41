package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where methods of three factors start, and which sizes methods of factors refuse. */
@ExtendWith(OneThread.class)
class SLoraTest {
  private static Map<String, double[]> start(String spec, JsonNode golden) {
    NDManager manager = Torch.newManager();
    Map<String, double[]> values = new TreeMap<>();
    try (OneMatrix network =
            new OneMatrix(
                manager,
                GoldenArrays.array(manager, golden.required("W"), DataType.FLOAT64),
                null,
                Role.Q,
                null);
        Adaptation adaptation = Methods.parse(spec).applyTo(network, "task", 0)) {
      for (Map.Entry<String, Parameter> tensor : adaptation.trainable().entrySet()) {
        values.put(tensor.getKey(), tensor.getValue().getArray().toDoubleArray());
      }
    }
    return values;
  }

  @Test
  void nystromStartsAtPartsOfTheMatrix() {
    JsonNode golden = Goldens.file("linear_slora.json");
    String rank = "rank=" + golden.at("/config/r").asInt();
    Map<String, double[]> three = start("slora[" + rank + ",start=nystrom]", golden);
    assertEquals(3, three.size());
    three.forEach(
        (name, actual) -> {
          String letter = name.replaceAll(".*lora_(.)\\.weight", "$1");
          JsonNode expected = golden.required("nlora_init").required(letter);
          assertArrayEquals(Goldens.tensor(expected).data(), actual, name);
        });
    Map<String, double[]> one = start("inttune[" + rank + "]", golden);
    assertEquals(1, one.size());
    one.forEach((name, actual) -> assertArrayEquals(three.get(name), actual, name));
  }

  @Test
  void intTuneIsSLoraWhoseOuterFactorsStay() {
    double[] three = logits("slora[rank=3,alpha=2,start=nystrom]");
    assertArrayEquals(three, logits("inttune[rank=3,alpha=2]"), 1e-12);
  }

  private static double[] logits(String spec) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      assertTrue(adaptation.rules().isEmpty());
      return tiny.logits();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slora[rank=400] | (384, 384); at most 384",
        "inttune[rank=400] | (384, 384); at most 384",
        "svfit[rank=385] | (384, 384); at most 384",
        "loldu[rank=385] | (384, 384); at most 384",
        "lisa[blocks=7] | blocks=7 are more than the model's 6; at most 6",
        "spiel[density=1.5] | density=1.5 is too large; at most 1",
        "spiel[rate=2] | rate=2 is too large; at most 1",
        "spiel[interval=5] | collect=5 is too large; at most 4"
      })
  void whatCannotBeIsRefused(String spec, String message) {
    UserException error =
        assertThrows(
            UserException.class, () -> Methods.parse(spec).resolve(BertConfig.named("minilm")));
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertEquals(UserException.WRONG_USAGE, error.exitStatus());
  }
}
