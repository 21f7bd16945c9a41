package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.GoldenKind;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.OneThread;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(OneThread.class)
class AdapterGoldenTest {
  static List<String> files() {
    return GoldenKind.ADAPTER.files();
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

  @ParameterizedTest
  @EnumSource(names = {"FLOAT64", "FLOAT32"})
  void lowRankLinear(DataType type) {
    for (String file : GoldenKind.LOW_RANK_LINEAR.files()) {
      AdapterGolden.checkLowRankLinear(file, Goldens.file(file), type);
    }
  }
}
