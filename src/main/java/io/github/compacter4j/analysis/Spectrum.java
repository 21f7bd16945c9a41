package io.github.compacter4j.analysis;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The singular values of a matrix and what they say about its rank.
 *
 * @param values from the largest to the smallest, none negative
 * @param tolerance values up to this are zero but for rounding
 */
public record Spectrum(double[] values, double tolerance) {

  /** The spectrum of a matrix; computed in double precision. */
  public static Spectrum of(INDArray matrix) {
    INDArray copy = matrix.castTo(DataType.DOUBLE).dup('f'); // LAPACK overwrites it
    long least = Math.min(copy.rows(), copy.columns());
    INDArray values = Nd4j.create(DataType.DOUBLE, least);
    Nd4j.getBlasWrapper().lapack().gesvd(copy, values, null, null);
    double[] sorted = values.toDoubleVector();
    double rounding = Math.max(matrix.rows(), matrix.columns()) * Math.ulp(1.0);
    return new Spectrum(sorted, sorted[0] * rounding);
  }

  /** The number of singular values that are not zero. */
  public int rank() {
    return rank(tolerance);
  }

  /** The number of singular values above a tolerance. */
  public int rank(double tolerance) {
    return (int) Arrays.stream(values).filter(value -> value > tolerance).count();
  }

  /**
   * The effective rank (Roy and Vetterli, 2007): exp of the entropy of the values' shares. It is r
   * for r equal values and near 1 where one value dominates; 0 for the zero matrix.
   */
  public double effectiveRank() {
    double sum = Arrays.stream(values).sum();
    if (sum == 0) {
      return 0;
    }
    double entropy =
        Arrays.stream(values)
            .map(value -> value / sum)
            .filter(share -> share > 0)
            .map(share -> -share * Math.log(share))
            .sum();
    return Math.exp(entropy);
  }

  /** The Frobenius norm of the matrix, the root of the sum of squares. */
  public double norm() {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
  }
}
