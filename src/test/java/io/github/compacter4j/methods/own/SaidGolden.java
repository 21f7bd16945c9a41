package io.github.compacter4j.methods.own;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Compares the transform, single projections and a network in a subspace with the golden file. */
public final class SaidGolden {
  /** The file's own: its values are of float32 arithmetic. */
  private static final double TOLERANCE = 1e-5;

  private SaidGolden() {}

  /** The transform of the unit vectors is the matrix. */
  public static void hadamard(JsonNode golden, DataType type) {
    JsonNode rows = golden.required("hadamard8");
    try (NDManager manager = Torch.newManager()) {
      for (int i = 0; i < 8; i++) {
        NDArray unit = manager.eye(8).get(i).toType(type, true);
        close("row " + i, rows.get(i), TorchFunctions.hadamard(unit));
      }
    }
  }

  /** F(x) and its gradients, as the reference scales it and as it is. */
  public static void projection(JsonNode golden, DataType type) {
    int size = golden.required("DD").asInt();
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray x = GoldenArrays.array(manager, golden.required("x"), type);
      NDArray g = GoldenArrays.array(manager, golden.required("g"), type);
      Fastfood fastfood = fastfood(golden, manager, type, size, (int) x.size());
      assertEquals(golden.required("LL").asLong(), fastfood.length(), "LL");
      x.setRequiresGradient(true);
      try (GradientMode on = GradientMode.on()) {
        NDArray y = fastfood.apply(x);
        close("y_float32", golden.required("y_float32"), y);
        close("y_float64", golden.required("y_float64"), y);
        Torch.backward(y.mul(g).sum());
        close("grad_x_true", golden.required("grad_x_true"), x.getGradient());
        NDArray reference = x.getGradient().div(fastfood.length());
        close("grad_x_reference", golden.required("grad_x_reference"), reference);
      }
    }
  }

  private static Fastfood fastfood(
      JsonNode draws, NDManager manager, DataType type, int size, int inputs) {
    double[] b = Goldens.doubles(draws.required("B"));
    double[] pi = Goldens.doubles(draws.required("Pi"));
    double[] g = Goldens.doubles(draws.required("G"));
    byte[] signs = new byte[b.length];
    int[] permutation = new int[pi.length];
    float[] normal = new float[g.length];
    for (int i = 0; i < g.length; i++) {
      signs[i] = (byte) b[i];
      permutation[i] = (int) pi[i];
      normal[i] = (float) g[i];
    }
    return new Fastfood(manager, type, size, inputs, signs, permutation, normal);
  }

  /** The whole hook on Linear(3, 4), ReLU, Linear(4, 2) without bias. */
  public static void network(JsonNode toy, DataType type) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Parameter v = parameter("v", toy.required("v"), manager, type);
      Parameter lambda = parameter("lambda", toy.required("lam"), manager, type);
      SaidProjection said =
          new SaidProjection(projections(toy, manager, type, v), v, lambda, false);
      try (GradientMode on = GradientMode.on()) {
        Map<String, NDArray> effective = new LinkedHashMap<>();
        toy.required("initial")
            .properties()
            .forEach(
                e -> {
                  NDArray initial = GoldenArrays.array(manager, e.getValue(), type);
                  effective.put(e.getKey(), said.apply(e.getKey(), initial));
                });
        effective.forEach((name, theta) -> close(name, toy.get("effective").get(name), theta));
        NDArray x = GoldenArrays.array(manager, toy.required("x"), type); // (5, 3)
        NDArray inner =
            TorchFunctions.linear(x, effective.get("a.weight")).add(effective.get("a.bias"));
        NDArray y = TorchFunctions.linear(Activation.relu(inner), effective.get("b.weight"));
        close("y", toy.required("y"), y);
        Torch.backward(y.mul(GoldenArrays.array(manager, toy.required("g"), type)).sum());
      }
      close("grad_v", toy.required("grad_v_reference"), v.getArray().getGradient());
      close("grad_lambda", toy.required("grad_lambda"), lambda.getArray().getGradient());
    }
  }

  private static Map<String, Fastfood> projections(
      JsonNode toy, NDManager manager, DataType type, Parameter v) {
    Map<String, Fastfood> projections = new LinkedHashMap<>();
    toy.required("initial")
        .properties()
        .forEach(
            e -> {
              Shape shape = new Shape(Goldens.tensor(e.getValue()).shape());
              JsonNode draws = toy.required("projection").required(e.getKey());
              int inputs = (int) v.getArray().size();
              projections.put(
                  e.getKey(), fastfood(draws, manager, type, (int) shape.size(), inputs));
            });
    return projections;
  }

  private static Parameter parameter(
      String name, JsonNode values, NDManager manager, DataType type) {
    Parameter parameter = Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
    parameter.setArray(GoldenArrays.array(manager, values, type));
    parameter.getArray().setRequiresGradient(true);
    return parameter;
  }

  private static void close(String what, JsonNode expected, NDArray actual) {
    double[] values = expected.isObject() ? Goldens.tensor(expected).data() : flat(expected);
    Goldens.assertClose(
        "intrinsic_said.json " + what, values, GradientCheck.doubles(actual), TOLERANCE);
  }

  private static double[] flat(JsonNode rows) {
    if (!rows.get(0).isArray()) {
      return Goldens.doubles(rows);
    }
    return IntStream.range(0, rows.size())
        .mapToObj(row -> Goldens.doubles(rows.get(row)))
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }
}
