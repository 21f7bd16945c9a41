package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.bert.BertGolden;
import io.github.compacter4j.methods.LinearGolden;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.adapter.AdapterGolden;
import io.github.compacter4j.phm.PhmGolden;
import io.github.compacter4j.t5.BucketGolden;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.torch.GeluGolden;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.train.AdamWGolden;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The test of the golden tests: each must fail when one expected value moves by a thousand times
 * its tolerance, a whole number by one.
 *
 * <p>Computed once, compared with each altered file by the code of the golden tests themselves.
 */
@ExtendWith(OneThread.class)
class GoldenSensitivityTest {
  /** In every file: what is given, and remarks. */
  private static final Set<String> GIVEN =
      Set.of(
          "note",
          "source",
          "verified",
          "method",
          "base",
          "target_modules",
          "W",
          "config",
          "config_file",
          "overrides",
          "model_config",
          "params",
          "x",
          "g",
          "relative_position",
          "input_ids",
          "attention_mask",
          "token_type_ids",
          "scores",
          "classifier_mean",
          "regression_mean",
          "inserted",
          "kind",
          "placement",
          "n",
          "bottleneck",
          "labels",
          "state_dict",
          "fixed",
          "b",
          "p0",
          "q0",
          "betas",
          "eps");

  /**
   * Expected but compared in other ways or not at all: lists of names, contrasts, what the
   * reference's float32 run gave, singular values beyond a rank, products inside H, examples of
   * rules.
   */
  private static final Set<String> REMARKS =
      Set.of(
          "A",
          "B",
          "S",
          "nlora_init",
          "gelu_erf",
          "float64_differences_bidirectional",
          "float64_differences_unidirectional",
          "trainable",
          "method_parameters",
          "trainable_without_grad",
          "float32_unpatched",
          "float32_generate_identical",
          "float32_loss_unpatched",
          "clip_example",
          "schedule_example");

  private static final int ALL = Integer.MAX_VALUE;

  static List<String> phmFiles() {
    return GoldenKind.PHM.files();
  }

  static List<String> adapterFiles() {
    return Goldens.names("adapter_compacter.*\\.json");
  }

  @ParameterizedTest
  @MethodSource("phmFiles")
  void phm(String file) {
    JsonNode golden = Goldens.file(file);
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      requireSensitive(PhmGolden.compute(file, golden, type), golden, type, 40);
    }
  }

  @ParameterizedTest
  @MethodSource("adapterFiles")
  void adapters(String file) {
    JsonNode golden = Goldens.file(file);
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      requireSensitive(AdapterGolden.compute(file, golden, type), golden, type, 40);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear_adalora_wide.json",
        "linear_dylora_b1_frozen.json",
        "linear_ia3.json",
        "linear_ia3_ff_wide.json",
        "linear_dora.json",
        "linear_lokr_both_wide.json",
        "linear_loha.json",
        "linear_nola.json",
        "linear_randlora_paper.json",
        "linear_s2lora.json",
        "linear_vera_wide.json",
        "linear_pissa_init.json",
        "linear_lora.json",
        "linear_lora_all_rslora_wide.json",
        "linear_loldu.json",
        "linear_slora.json",
        "linear_sora.json",
        "linear_svfit.json"
      })
  void linear(String file) {
    JsonNode golden = Goldens.file(file);
    Method method = GoldenMethods.require(file, golden);
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT32)) {
      requireSensitive(LinearGolden.compute(file, golden, method, type), golden, type, 40);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void gelu(DataType type) {
    JsonNode golden = Goldens.file("gelu_new.json");
    requireSensitive(GeluGolden.compute("gelu_new.json", golden, type), golden, type, ALL);
  }

  @Test
  void optimiser() {
    JsonNode golden = Goldens.file("adamw_linear_warmup.json");
    Computed computed = AdamWGolden.compute("adamw_linear_warmup.json", golden);
    requireSensitive(computed, golden, DataType.FLOAT64, ALL);
  }

  @Test
  void relativeBuckets() {
    JsonNode golden = Goldens.file("t5_relative_buckets.json");
    Computed computed = BucketGolden.compute("t5_relative_buckets.json", golden);
    requireSensitive(computed, golden, DataType.FLOAT64, ALL);
  }

  @ParameterizedTest
  @CsvSource({
    "t5_tiny, FLOAT64",
    "t5_tiny, FLOAT32",
    "t5_tiny_v11, FLOAT64",
    "t5_tiny_compacter, FLOAT64",
    "t5_tiny_compacter, FLOAT32",
    "t5_tiny_compacterpp, FLOAT64",
    "t5_tiny_ia3, FLOAT64",
    "t5_tiny_prefix_adapters_flat, FLOAT64",
    "t5_tiny_mam_adapters, FLOAT64",
    "t5_tiny_dora, FLOAT64",
    "t5_tiny_nola, FLOAT64",
    "t5_tiny_randlora, FLOAT64",
    "t5_tiny_prefix_adapters_mlp, FLOAT64",
    "t5_tiny_lora, FLOAT32",
    "t5_tiny_lora_all_rslora, FLOAT64"
  })
  void t5(String name, DataType type) {
    String file = name + ".json";
    JsonNode golden = Goldens.file(file);
    Computed computed =
        T5Golden.compute(
            file, golden, T5Golden.backbone(golden), GoldenMethods.require(file, golden), type);
    assertTrue(
        golden.has("base")
            || computed.pointers().stream().anyMatch(p -> p.endsWith("/sequences_scores")));
    requireSensitive(computed, golden, type, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "bert_tiny, FLOAT64",
    "bert_tiny, FLOAT32",
    "roberta_tiny, FLOAT64",
    "bert_tiny_compacter, FLOAT64",
    "roberta_tiny_compacterpp, FLOAT32",
    "bert_tiny_bitfit, FLOAT64"
  })
  void encoders(String name, DataType type) {
    String file = name + ".json";
    JsonNode golden = Goldens.file(file);
    Computed computed = BertGolden.compute(file, golden, GoldenMethods.require(file, golden), type);
    requireSensitive(computed, golden, type, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/y/shape/0", "/H/shape/1", "/grad/W/shape/2"})
  void aShapeCounts(String pointer) {
    JsonNode golden = Goldens.file("phm_full_n2_4x6_bias.json");
    Computed computed = PhmGolden.compute("altered", golden, DataType.FLOAT64);
    String parent = pointer.substring(0, pointer.lastIndexOf('/'));
    int index = Integer.parseInt(pointer.substring(pointer.lastIndexOf('/') + 1));
    ArrayNode shape = (ArrayNode) golden.at(parent);
    shape.set(index, shape.get(index).asInt() + 1);
    assertThrows(AssertionError.class, () -> computed.assertMatches(golden));
  }

  @Test
  void aMissingTensorCounts() {
    JsonNode golden = Goldens.file("phm_full_n2_4x6_bias.json");
    Computed computed = PhmGolden.compute("altered", golden, DataType.FLOAT64);
    ((ObjectNode) golden).remove("grad_x");
    assertThrows(AssertionError.class, () -> computed.assertMatches(golden));
  }

  /** Moves at most so many values of each tensor, evenly spread, each alone. */
  private static void requireSensitive(
      Computed computed, JsonNode golden, DataType type, int most) {
    requireAllCovered(computed, golden);
    computed.pointers().forEach(p -> requireTight(p, computed.tolerance(p), type));
    JsonNode copy = golden.deepCopy();
    computed.assertMatches(copy);
    for (String pointer : computed.pointers()) {
      List<Place> places = places(copy, pointer);
      double shift = shift(computed.tolerance(pointer), places);
      int step = Math.max(1, places.size() / most);
      for (int i = 0; i < places.size(); i += step) {
        Place place = places.get(i);
        JsonNode before = place.get();
        place.set(DoubleNode.valueOf(before.doubleValue() + (i % 2 == 0 ? shift : -shift)));
        AssertionError error =
            assertThrows(
                AssertionError.class,
                () -> computed.assertMatches(copy, pointer),
                pointer + ", value " + i);
        assertTrue(error.getMessage().contains(pointer), error.getMessage());
        place.set(before);
      }
      computed.assertMatches(copy, pointer);
    }
    alterOneAndCompareAll(computed, copy);
  }

  /** The tolerances that the project promises. */
  private static void requireTight(String pointer, double tolerance, DataType type) {
    boolean gradient = pointer.startsWith("/grad") || pointer.equals("/dydx");
    boolean single = type == DataType.FLOAT32 || pointer.endsWith("/sequences_scores");
    double promised = !single ? 1e-9 : gradient ? 1e-3 : 1e-4;
    assertTrue(tolerance <= promised, pointer + ": tolerance " + tolerance);
  }

  /** The whole comparison, as golden tests call it, notices each tensor too. */
  private static void alterOneAndCompareAll(Computed computed, JsonNode copy) {
    for (String pointer : computed.pointers()) {
      List<Place> places = places(copy, pointer);
      Place place = places.get(places.size() - 1);
      JsonNode before = place.get();
      double shift = shift(computed.tolerance(pointer), places);
      place.set(DoubleNode.valueOf(before.doubleValue() + shift));
      assertThrows(AssertionError.class, () -> computed.assertMatches(copy), pointer);
      place.set(before);
    }
    computed.assertMatches(copy);
  }

  private static double shift(double tolerance, List<Place> places) {
    double largest =
        places.stream().mapToDouble(p -> Math.abs(p.get().doubleValue())).max().orElseThrow();
    return tolerance == 0 ? 1 : 1000 * tolerance * Math.max(1, largest);
  }

  /** Nothing that a file expects is left out of the comparison. */
  private static void requireAllCovered(Computed computed, JsonNode golden) {
    Set<String> left = new TreeSet<>();
    golden.fieldNames().forEachRemaining(left::add);
    left.removeAll(GIVEN);
    left.removeAll(REMARKS);
    computed.pointers().forEach(pointer -> left.remove(pointer.split("/")[1]));
    assertEquals(Set.of(), left, "expected values that nothing compares");
    for (String group :
        List.of("grad", "grads", "grads_mean", "grads_hf", "grads_regression", "generate")) {
      golden
          .path(group)
          .fieldNames()
          .forEachRemaining(
              name ->
                  assertTrue(
                      computed.pointers().stream()
                          .anyMatch(p -> (p + "/").startsWith("/" + group + "/" + name + "/")),
                      group + " of " + name));
    }
  }

  /** A number in a JSON document. */
  private record Place(JsonNode parent, String field, int index) {
    JsonNode get() {
      return field == null ? parent.get(index) : parent.get(field);
    }

    void set(JsonNode value) {
      if (field == null) {
        ((ArrayNode) parent).set(index, value);
      } else {
        ((ObjectNode) parent).set(field, value);
      }
    }
  }

  private static List<Place> places(JsonNode golden, String pointer) {
    List<Place> places = new ArrayList<>();
    int slash = pointer.lastIndexOf('/');
    JsonNode node = golden.at(pointer);
    if (node.isNumber()) {
      places.add(
          new Place(golden.at(pointer.substring(0, slash)), pointer.substring(slash + 1), 0));
    } else {
      collect(node.isArray() ? node : node.get("data"), places);
    }
    assertTrue(!places.isEmpty(), pointer);
    return places;
  }

  private static void collect(JsonNode array, List<Place> places) {
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i).isArray()) {
        collect(array.get(i), places);
      } else {
        places.add(new Place(array, null, i));
      }
    }
  }
}
