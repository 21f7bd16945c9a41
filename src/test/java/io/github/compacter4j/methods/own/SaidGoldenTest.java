package io.github.compacter4j.methods.own;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SaidGoldenTest {
  private static final JsonNode GOLDEN = Goldens.file("intrinsic_said.json");

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void hadamard8(DataType type) {
    SaidGolden.hadamard(GOLDEN, type);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void cases(DataType type) {
    GOLDEN.required("cases").forEach(each -> SaidGolden.projection(each, type));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void saidToy(DataType type) {
    SaidGolden.network(GOLDEN.required("said_toy"), type);
  }
}
