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
    String options =
        "[n=%d,reduction=%d]"
            .formatted(
                golden.path("overrides").path("hypercomplex_division").asInt(4),
                golden.path("overrides").path("task_reduction_factor").asInt(3));
    return switch (name) {
      case "t5_tiny_compacter" -> Methods.parse("compacter" + options);
      case "t5_tiny_compacterpp" -> Methods.parse("compacter++" + options);
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
