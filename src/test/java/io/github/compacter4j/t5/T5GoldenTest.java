package io.github.compacter4j.t5;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenKind;
import io.github.compacter4j.GoldenMethods;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.torch.OneThread;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(OneThread.class)
class T5GoldenTest {
  static List<String> files() {
    return GoldenKind.T5.files();
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
    for (JsonNode golden : GoldenMethods.cases(Goldens.file(file))) {
      Method method = GoldenMethods.require(file, golden);
      T5Golden.check(file, golden, T5Golden.backbone(golden), method, type);
    }
  }

  @Test
  void relativeBuckets() {
    JsonNode golden = Goldens.file("t5_relative_buckets.json");
    BucketGolden.compute("t5_relative_buckets.json", golden).assertMatches(golden);
  }
}
