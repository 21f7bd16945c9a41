package io.github.compacter4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GeluGoldenTest {
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void gelu(DataType type) {
    JsonNode golden = Goldens.file("gelu_new.json");
    double[] x = Goldens.doubles(golden.required("x"));
    try (NDManager manager = Torch.newManager();
        GradientMode on = GradientMode.on()) {
      NDArray in = GradientCheck.create(manager, type, x, new Shape(x.length));
      in.setRequiresGradient(true);
      NDArray y = TorchFunctions.geluTanh(in);
      Goldens.assertClose(
          "gelu_new.json y",
          Goldens.doubles(golden.required("y")),
          GradientCheck.doubles(y),
          GoldenArrays.tolerance(type));
      Torch.backward(y.sum());
      Goldens.assertClose(
          "gelu_new.json dydx",
          Goldens.doubles(golden.required("dydx")),
          GradientCheck.doubles(in.getGradient()),
          GoldenArrays.gradientTolerance(type));
    }
  }
}
