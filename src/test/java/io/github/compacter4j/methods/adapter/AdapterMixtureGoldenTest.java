package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.GoldenKind;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weighted sums of adapters and the gradients of their weights. */
class AdapterMixtureGoldenTest {
  private static final double TOLERANCE = 1e-9;

  static List<String> files() {
    return GoldenKind.MIXTURE.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void equalsTheReference(String file) {
    JsonNode golden = Goldens.file(file);
    try (NDManager manager = Torch.newManager();
        GradientMode on = GradientMode.on()) {
      NDArray omega = array(manager, golden, "omega");
      omega.setRequiresGradient(true);
      NDArray y =
          AdapterMixture.sum(array(manager, golden, "x"), array(manager, golden, "up"), omega);
      close(file, golden, "y", y);
      Torch.backward(y.mul(array(manager, golden, "g")).sum());
      close(file, golden, "grad_omega", omega.getGradient());
    }
  }

  private static NDArray array(NDManager manager, JsonNode golden, String name) {
    return GoldenArrays.array(manager, golden.required(name), DataType.FLOAT64);
  }

  private static void close(String file, JsonNode golden, String name, NDArray actual) {
    double[] expected = Goldens.tensor(golden.required(name)).data();
    Goldens.assertClose(file + " " + name, expected, actual.toDoubleArray(), TOLERANCE);
  }
}
