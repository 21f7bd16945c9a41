package io.github.compacter4j.phm;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.GoldenKind;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.OneThread;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(OneThread.class)
class PhmGoldenTest {
  static List<String> files() {
    return GoldenKind.PHM.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void inDoublePrecision(String file) {
    PhmGolden.check(file, Goldens.file(file), DataType.FLOAT64);
  }

  @ParameterizedTest
  @MethodSource("files")
  void inSinglePrecision(String file) {
    PhmGolden.check(file, Goldens.file(file), DataType.FLOAT32);
  }
}
