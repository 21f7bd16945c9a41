package io.github.compacter4j.torch;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GeluGoldenTest {
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void gelu(DataType type) {
    JsonNode golden = Goldens.file("gelu_new.json");
    GeluGolden.compute("gelu_new.json", golden, type).assertMatches(golden);
  }
}
