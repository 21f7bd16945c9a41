package io.github.compacter4j.methods.own;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SaidTest {
  private static final String V = "intrinsic_parameter";
  private static final String LAMBDA = "intrinsic_parameter_said";

  @Test
  void theFaithfulGradientIsTheTrueOneOverL() {
    Map<String, Shape> shapes;
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      shapes = tiny.network().config().shapes();
    }
    int tensor = 0;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      double[][] faithful = gradients("said[dimension=90]", tensor);
      double[][] exact = gradients("said[dimension=90,gradient=true]", tensor);
      long size = entry.getValue().size();
      long length = size == 1 ? 1 : Long.highestOneBit(size - 1) << 1;
      double scale = Arrays.stream(exact[0]).map(Math::abs).max().orElseThrow();
      assertTrue(scale > 0, entry.getKey());
      for (int i = 0; i < exact[0].length; i++) {
        assertEquals(exact[0][i], faithful[0][i] * length, 1e-12 * scale, entry.getKey());
      }
      assertArrayEquals(exact[1], faithful[1], "lambda has its true gradient");
      tensor++;
    }
  }

  /** Gradients of v and lambda where lambda is one for a single tensor and zero for the others. */
  private static double[][] gradients(String spec, int tensor) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      NDArray v = adaptation.trainable().get(V).getArray();
      NDArray lambda = adaptation.trainable().get(LAMBDA).getArray();
      double[] ones = new double[(int) lambda.size()];
      ones[tensor] = 1;
      try (GradientMode off = GradientMode.off();
          NDManager manager = Torch.newManager()) {
        TorchFunctions.copy(GradientCheck.random(manager, DataType.FLOAT64, 3, v.getShape()), v);
        TorchFunctions.copy(manager.create(ones), lambda);
      }
      tiny.backward();
      return new double[][] {v.getGradient().toDoubleArray(), lambda.getGradient().toDoubleArray()};
    }
  }

  @Test
  void theSubspaceIsFixedByTheSeed() {
    double[] first = shaken(1);
    assertArrayEquals(first, shaken(1));
    assertFalse(Arrays.equals(first, shaken(2)));
  }

  private static double[] shaken(long seed) {
    try (Tiny tiny = new Tiny(DataType.FLOAT32);
        Adaptation adaptation =
            Methods.parse("said[dimension=90]").applyTo(tiny.network(), "task", seed)) {
      NDArray v = adaptation.trainable().get(V).getArray();
      TorchFunctions.copy(v.onesLike(), v);
      return tiny.logits();
    }
  }

  @Test
  void aProjectionKeepsLengthsOnAverage() {
    int size = 3000;
    int inputs = 200;
    try (NDManager manager = Torch.newManager();
        GradientMode off = GradientMode.off()) {
      double sum = 0;
      int draws = 40;
      for (int seed = 0; seed < draws; seed++) {
        NDArray v = GradientCheck.random(manager, DataType.FLOAT32, 100 + seed, new Shape(inputs));
        NDArray y = Fastfood.random(manager, DataType.FLOAT32, size, inputs, seed, "w").apply(v);
        sum += y.square().sum().getFloat() / v.square().sum().getFloat();
      }
      assertEquals(1, sum / draws, 0.05);
    }
  }

  @Test
  void aDimensionThatHoldsOnlyLambdasIsRefused() {
    UserException error =
        assertThrows(
            UserException.class,
            () -> Methods.parse("said[dimension=132]").resolve(T5Config.small()));
    assertTrue(error.getMessage().contains("at least 133"), error.getMessage());
    assertEquals(
        1, Methods.parse("said[dimension=133]").trainable(T5Config.small(), "task").get(V).size());
  }
}
