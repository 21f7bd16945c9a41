package io.github.compacter4j.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.compacter4j.phm.PhmLinear;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AlgebrasTest {
  private static double[] product(INDArray a, double[] w, double[] x) {
    INDArray b = Nd4j.createFromArray(w).reshape(w.length, 1, 1);
    INDArray row = Nd4j.createFromArray(x).reshape(1, x.length);
    return row.mmul(DenseWeights.kroneckerSum(a, b)).toDoubleVector();
  }

  @Test
  void complexByHand() { // (1 + 2i)(3 + 4i) = -5 + 10i
    double[] product = product(Algebras.complex(), new double[] {1, 2}, new double[] {3, 4});
    assertArrayEquals(new double[] {-5, 10}, product, 0);
  }

  @Test
  void hamiltonByHand() { // (1 + 2i + 3j + 4k)(5 + 6i + 7j + 8k), both ways round
    double[] w = {1, 2, 3, 4};
    double[] x = {5, 6, 7, 8};
    INDArray a = Algebras.quaternions();
    assertArrayEquals(new double[] {-60, 12, 30, 24}, product(a, w, x), 0);
    assertArrayEquals(new double[] {-60, 20, 14, 32}, product(a, x, w), 0);
  }

  /** |w x| = |w| |x|, and (u v) w = u (v w). */
  @Test
  void quaternionsAreANormedAssociativeAlgebra() {
    INDArray a = Algebras.quaternions();
    double[] u = {0.5, -1, 2, 0.25};
    double[] v = {-3, 0.5, 1, 2};
    double[] w = {1, 4, -2, 0.125};
    assertArrayEquals(product(a, product(a, u, v), w), product(a, u, product(a, v, w)), 1e-12);
    assertEquals(norm(u) * norm(v), norm(product(a, u, v)), 1e-12);
  }

  private static double norm(double[] x) {
    return Nd4j.createFromArray(x).norm2Number().doubleValue();
  }

  /** Blocks instead of numbers: part c of x H is the c-th part of the product w x. */
  @Test
  void aLayerWithTheQuaternionsRuleMultipliesBlocks() {
    try (NDManager manager = Torch.newManager();
        GradientMode off = GradientMode.off()) {
      PhmLinear layer =
          PhmLinear.builder()
              .setUnits(8, 4)
              .setRule(Algebras.rule(Algebras.quaternions(), manager, DataType.FLOAT64))
              .optBias(false)
              .optName("layer.", 5)
              .build();
      layer.initialize(manager, DataType.FLOAT64, new Shape(1, 8));
      double[] x = {1, 2, 3, 4, 5, 6, 7, 8}; // four parts of two
      INDArray b = DoubleArrays.of(layer.getParameters().get("layer.W").getArray()); // (4, 2, 1)
      double[][] parts = new double[4][4]; // B_i applied to part a of x
      for (int i = 0; i < 4; i++) {
        for (int part = 0; part < 4; part++) {
          parts[i][part] =
              x[2 * part] * b.getDouble(i, 0, 0) + x[2 * part + 1] * b.getDouble(i, 1, 0);
        }
      }
      double[] hamilton = {
        parts[0][0] - parts[1][1] - parts[2][2] - parts[3][3],
        parts[0][1] + parts[1][0] + parts[2][3] - parts[3][2],
        parts[0][2] - parts[1][3] + parts[2][0] + parts[3][1],
        parts[0][3] + parts[1][2] - parts[2][1] + parts[3][0]
      };
      NDList input = new NDList(manager.create(x, new Shape(1, 8)));
      double[] y =
          layer.forward(new ParameterStore(manager, false), input, false).head().toDoubleArray();
      assertArrayEquals(hamilton, y, 1e-12);
    }
  }

  @Test
  void aTableMustClose() {
    assertThrows(IllegalArgumentException.class, () -> Algebras.table("1 i", "i j"));
    assertThrows(IllegalArgumentException.class, () -> Algebras.table("1 i", "i"));
    assertEquals(0, Algebras.table("1 e", "e 0").slice(1, 0).slice(1, 0).sumNumber().doubleValue());
  }
}
