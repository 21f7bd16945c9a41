package io.github.compacter4j.methods;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.Goldens;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterGoldenTest {
  static List<String> files() {
    return Goldens.names("adapter_compacter.*\\.json");
  }

  @ParameterizedTest
  @MethodSource("files")
  void inDoublePrecision(String file) {
    AdapterGolden.check(file, Goldens.file(file), DataType.FLOAT64);
  }

  @ParameterizedTest
  @MethodSource("files")
  void inSinglePrecision(String file) {
    AdapterGolden.check(file, Goldens.file(file), DataType.FLOAT32);
  }
}
