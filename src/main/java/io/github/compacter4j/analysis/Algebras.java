package io.github.compacter4j.analysis;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.phm.PhmRule;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Multiplication tables as matrices A, the special case from which PHM layers generalise.
 *
 * <p>{@code A[i][a][c]} is the coefficient of unit c in the product of units i and a. With it a PHM
 * layer multiplies by a hypercomplex number: where w has the parts {@code B_i} and x the parts
 * {@code x_a}, the parts of {@code x H} are those of the product w x.
 */
public final class Algebras {
  private Algebras() {}

  /** The complex numbers, n = 2. */
  public static INDArray complex() {
    return table(
        "1  i", //
        "i -1");
  }

  /** Hamilton's quaternions, n = 4. */
  public static INDArray quaternions() {
    return table(
        "1  i  j  k", //
        "i -1  k -j",
        "j -k -1  i",
        "k  j -i -1");
  }

  /**
   * A from a multiplication table as in a textbook: row i, column a holds the product of units i
   * and a, with a sign, or 0. The first row names the units.
   *
   * @return (n, n, n) for n rows
   * @throws IllegalArgumentException if a row has another length or a product is no unit
   */
  public static INDArray table(String... rows) {
    List<String> units = List.of(rows[0].strip().split(" +"));
    int n = rows.length;
    double[][][] a = new double[n][n][n];
    for (int i = 0; i < n; i++) {
      List<String> products = Arrays.asList(rows[i].strip().split(" +"));
      require(products.size() == n, rows[i]);
      for (int j = 0; j < n; j++) {
        String product = products.get(j);
        if (!product.equals("0")) {
          int unit = units.indexOf(product.replace("-", ""));
          require(unit >= 0, rows[i]);
          a[i][j][unit] = product.startsWith("-") ? -1 : 1;
        }
      }
    }
    return Nd4j.createFromArray(a);
  }

  private static void require(boolean fine, String row) {
    if (!fine) {
      throw new IllegalArgumentException(
          "the row '" + row + "' is not made of as many units as the table has rows");
    }
  }

  /**
   * A rule with these values for a PHM layer.
   *
   * @param a (n, n, n)
   * @param manager owner of the rule's tensor
   * @param type float32 or float64, that of the layer's other parameters
   */
  public static PhmRule rule(INDArray a, NDManager manager, DataType type) {
    return PhmRule.of(DoubleArrays.toDjl(a, manager, type), "");
  }
}
