package io.github.compacter4j.t5;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class T5GoldenTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "t5_tiny",
        "t5_tiny_v11",
        "t5_tiny_adapter",
        "t5_tiny_pfeiffer",
        "t5_tiny_adapterdrop",
        "t5_tiny_lowrank",
        "t5_tiny_phm",
        "t5_tiny_compacter",
        "t5_tiny_compacterpp",
        "t5_tiny_bitfit",
        "t5_tiny_prompt"
      })
  void inDoublePrecision(String name) {
    check(name, DataType.FLOAT64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t5_tiny",
        "t5_tiny_v11",
        "t5_tiny_adapter",
        "t5_tiny_pfeiffer",
        "t5_tiny_adapterdrop",
        "t5_tiny_lowrank",
        "t5_tiny_phm",
        "t5_tiny_compacter",
        "t5_tiny_compacterpp",
        "t5_tiny_bitfit",
        "t5_tiny_prompt"
      })
  void inSinglePrecision(String name) {
    check(name, DataType.FLOAT32);
  }

  private static void check(String name, DataType type) {
    String file = name + ".json";
    JsonNode golden = Goldens.file(file);
    T5Golden.check(file, golden, backbone(golden), method(name, golden), type);
  }

  static JsonNode backbone(JsonNode golden) {
    return golden.has("config") ? golden : Goldens.file("t5_tiny.json");
  }

  static Method method(String name, JsonNode golden) {
    JsonNode overrides = golden.path("overrides");
    String reduction = "reduction=" + overrides.path("task_reduction_factor").asInt(3);
    String n = "n=" + overrides.path("hypercomplex_division").asInt(4);
    String block = overrides.path("task_adapter_layers_encoder").path(0).asText();
    return switch (name) {
      case "t5_tiny_adapter" -> Methods.parse("adapter[" + reduction + "]");
      case "t5_tiny_pfeiffer" -> Methods.parse("pfeiffer[" + reduction + "]");
      case "t5_tiny_adapterdrop" ->
          Methods.parse("adapterdrop[layers=" + block + ".." + block + "," + reduction + "]");
      case "t5_tiny_lowrank" -> Methods.parse("lowrank[" + reduction + "]");
      case "t5_tiny_phm" -> Methods.parse("phm[" + n + "," + reduction + "]");
      case "t5_tiny_compacter" -> Methods.parse("compacter[" + n + "," + reduction + "]");
      case "t5_tiny_compacterpp" -> Methods.parse("compacter++[" + n + "," + reduction + "]");
      case "t5_tiny_bitfit" -> Methods.parse("bitfit");
      case "t5_tiny_prompt" ->
          Methods.parse(
              "prompt-random[length=%d]"
                  .formatted(golden.required("overrides").required("prefix_dim").asInt()));
      default -> Methods.parse("full");
    };
  }

  @Test
  void relativeBuckets() {
    JsonNode golden = Goldens.file("t5_relative_buckets.json");
    long[] positions = Goldens.longs(golden.required("relative_position"));
    for (boolean both : List.of(true, false)) {
      String key = both ? "bidirectional" : "unidirectional";
      long[] expected = Goldens.longs(golden.required(key));
      for (int i = 0; i < positions.length; i++) {
        int bucket = RelativePosition.bucket((int) positions[i], both, 32, 128);
        assertEquals(expected[i], bucket, key + " bucket of " + positions[i]);
      }
    }
  }
}
