package io.github.compacter4j.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.phm.PhmLinear;
import io.github.compacter4j.phm.PhmRule;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DenseWeightsTest {
  @Test
  void kroneckerByHand() {
    INDArray a = Nd4j.createFromArray(new double[][] {{1, 2}, {3, 4}});
    INDArray b = Nd4j.createFromArray(new double[][] {{0, 5, 1}});
    double[][] expected = {{0, 5, 1, 0, 10, 2}, {0, 15, 3, 0, 20, 4}};
    assertEquals(Nd4j.createFromArray(expected), DenseWeights.kronecker(a, b));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 6, 4, 0",
    "2, 4, 6, 0",
    "4, 16, 8, 0",
    "4, 32, 8, 1",
    "4, 16, 24, 3",
    "12, 24, 12, 1"
  })
  void equalsTheLayersOwnDenseForm(int n, int in, int out, int rank) {
    for (boolean factorised : new boolean[] {false, true}) {
      RandomInitializer normal = RandomInitializer.normal(1);
      PhmRule rule =
          factorised
              ? PhmRule.factorised(n, normal, 7, "a.b.")
              : PhmRule.full(n, normal, 7, "phm.");
      PhmLinear layer =
          PhmLinear.builder()
              .setUnits(in, out)
              .setRule(rule)
              .optRank(rank)
              .optName("some.layer.", 7)
              .build();
      for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
        compare(layer, type, in);
        layer.clear();
      }
    }
  }

  private static void compare(PhmLinear layer, DataType type, int in) {
    try (NDManager manager = Torch.newManager();
        GradientMode off = GradientMode.off()) {
      layer.initialize(manager, type, new Shape(1, in));
      INDArray expected = DoubleArrays.of(layer.dense());
      double difference = expected.sub(DenseWeights.of(layer)).amaxNumber().doubleValue();
      assertTrue(difference < (type == DataType.FLOAT64 ? 1e-12 : 1e-4), type + " " + difference);
    }
  }

  @Test
  void stacksMustMatch() {
    INDArray a = Nd4j.ones(org.nd4j.linalg.api.buffer.DataType.DOUBLE, 2, 2, 2);
    INDArray b = Nd4j.ones(org.nd4j.linalg.api.buffer.DataType.DOUBLE, 3, 4, 4);
    assertThrows(IllegalArgumentException.class, () -> DenseWeights.kroneckerSum(a, b));
  }
}
