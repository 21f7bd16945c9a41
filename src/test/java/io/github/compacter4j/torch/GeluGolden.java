package io.github.compacter4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Computed;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;

/** The reference's gelu and its derivative. */
public final class GeluGolden {
  private GeluGolden() {}

  /** What our function computes for the file. */
  public static Computed compute(String file, JsonNode golden, DataType type) {
    Computed computed = new Computed(file);
    double[] x = Goldens.doubles(golden.required("x"));
    try (NDManager manager = Torch.newManager();
        GradientMode on = GradientMode.on()) {
      NDArray in = GradientCheck.create(manager, type, x, new Shape(x.length));
      in.setRequiresGradient(true);
      NDArray y = TorchFunctions.geluTanh(in);
      computed.add("/y", y, GoldenArrays.tolerance(type));
      Torch.backward(y.sum());
      computed.add("/dydx", in.getGradient(), GoldenArrays.gradientTolerance(type));
    }
    return computed;
  }
}
