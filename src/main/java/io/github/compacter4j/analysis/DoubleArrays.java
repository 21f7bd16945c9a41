package io.github.compacter4j.analysis;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.torch.TorchFunctions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between DJL's arrays, which train, and ND4J's in double precision, which are examined. */
public final class DoubleArrays {
  private DoubleArrays() {}

  /** A copy of a float32, float64 or bfloat16 array of any shape but (). */
  public static INDArray of(NDArray array) {
    double[] values = array.getDataType() == DataType.FLOAT64 ? array.toDoubleArray() : wide(array);
    return Nd4j.createFromArray(values).reshape('c', array.getShape().getShape());
  }

  private static double[] wide(NDArray array) {
    try (NDArray cast = TorchFunctions.cast(array, DataType.FLOAT64)) {
      return cast.toDoubleArray();
    }
  }

  /** A copy for DJL, of type float32 or float64. */
  public static NDArray toDjl(INDArray array, NDManager manager, DataType type) {
    double[] values = array.dup('c').data().asDouble();
    return manager.create(values, new Shape(array.shape())).toType(type, false);
  }
}
