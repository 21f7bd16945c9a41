package io.github.compacter4j.bert;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenKind;
import io.github.compacter4j.GoldenMethods;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.OneThread;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(OneThread.class)
class BertGoldenTest {
  static List<String> files() {
    return GoldenKind.ENCODER.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void inDoublePrecision(String file) {
    check(file, DataType.FLOAT64);
  }

  @ParameterizedTest
  @MethodSource("files")
  void inSinglePrecision(String file) {
    check(file, DataType.FLOAT32);
  }

  private static void check(String file, DataType type) {
    JsonNode golden = Goldens.file(file);
    BertGolden.compute(file, golden, GoldenMethods.require(file, golden), type)
        .assertMatches(golden);
  }
}
