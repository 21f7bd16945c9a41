package io.github.compacter4j.t5;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.OneThread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(OneThread.class)
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
    T5Golden.check(file, golden, T5Golden.backbone(golden), T5Golden.method(name, golden), type);
  }

  @Test
  void relativeBuckets() {
    JsonNode golden = Goldens.file("t5_relative_buckets.json");
    BucketGolden.compute("t5_relative_buckets.json", golden).assertMatches(golden);
  }
}
