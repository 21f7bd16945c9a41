package io.github.compacter4j.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SpectrumTest {
  private static INDArray random(long seed, int rows, int columns) {
    return Nd4j.randn(
            0, 1, new long[] {rows, columns}, Nd4j.getRandomFactory().getNewRandomInstance(seed))
        .castTo(DataType.DOUBLE);
  }

  @Test
  void ofADiagonalMatrix() {
    INDArray matrix = Nd4j.diag(Nd4j.createFromArray(2.0, -5.0, 0.0));
    Spectrum spectrum = Spectrum.of(matrix);
    assertArrayEquals(new double[] {5, 2, 0}, spectrum.values(), 1e-15);
    assertEquals(2, spectrum.rank());
    assertEquals(1, spectrum.rank(2.5));
    assertEquals(-5, matrix.getDouble(1, 1), "the matrix itself stays");
  }

  @Test
  void equalsAnotherImplementation() {
    for (int[] shape : new int[][] {{7, 4}, {4, 7}, {1, 3}, {40, 24}}) {
      INDArray matrix = random(shape[0], shape[0], shape[1]);
      double[] expected =
          new SingularValueDecomposition(new Array2DRowRealMatrix(matrix.toDoubleMatrix()))
              .getSingularValues();
      assertArrayEquals(expected, Spectrum.of(matrix).values(), 1e-12);
      assertArrayEquals(expected, Spectrum.of(matrix.transpose()).values(), 1e-12);
    }
  }

  @Test
  void squaresSumToTheSquareOfTheNorm() {
    INDArray matrix = random(3, 9, 5);
    assertEquals(matrix.norm2Number().doubleValue(), Spectrum.of(matrix).norm(), 1e-12);
  }

  @Test
  void aProductOfThinMatricesHasTheirRank() {
    INDArray product = random(1, 60, 3).mmul(random(2, 3, 50));
    assertEquals(3, Spectrum.of(product).rank());
  }

  /** The singular values of A (x) B are the products of those of A and B. */
  @Test
  void ofAKroneckerProduct() {
    INDArray a = random(1, 4, 4);
    INDArray b = random(2, 5, 3);
    double[] products =
        java.util.Arrays.stream(Spectrum.of(a).values())
            .flatMap(s -> java.util.Arrays.stream(Spectrum.of(b).values()).map(t -> -s * t))
            .sorted()
            .map(x -> -x)
            .toArray();
    assertArrayEquals(
        products,
        java.util.Arrays.copyOf(Spectrum.of(DenseWeights.kronecker(a, b)).values(), 12),
        1e-12);
    assertEquals(12, Spectrum.of(DenseWeights.kronecker(a, b)).rank());
  }

  @Test
  void effectiveRank() {
    assertEquals(6, Spectrum.of(Nd4j.eye(6).castTo(DataType.DOUBLE)).effectiveRank(), 1e-12);
    assertEquals(1, Spectrum.of(random(1, 8, 1).mmul(random(2, 1, 8))).effectiveRank(), 1e-9);
    assertEquals(0, Spectrum.of(Nd4j.zeros(DataType.DOUBLE, 3, 3)).effectiveRank());
    assertEquals(0, Spectrum.of(Nd4j.zeros(DataType.DOUBLE, 3, 3)).rank());
    double some = Spectrum.of(random(5, 20, 20)).effectiveRank();
    assertTrue(some > 10 && some < 20, "effective rank " + some);
  }
}
