package io.github.compacter4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Fills a tensor from its first value on, a chunk at a time, so that its memory is libtorch's own:
 * DJL's tensors over a buffer of Java's are freed by the garbage collector alone, long after they
 * were closed.
 */
public final class TensorFiller implements AutoCloseable {
  private static final int CHUNK = 1 << 18; // values

  private final NDArray tensor;
  private final NDArray flat; // shares the tensor's memory
  private long filled;

  /** An empty tensor, which the manager owns. */
  public TensorFiller(NDManager manager, Shape shape, DataType type) {
    tensor = manager.create(shape, type);
    flat = tensor.reshape(-1);
  }

  /** A tensor (shape) of these values. */
  static NDArray filled(NDManager manager, float[] values, Shape shape) {
    try (TensorFiller filler = new TensorFiller(manager, shape, DataType.FLOAT32)) {
      int chunk = Math.min(CHUNK, values.length);
      ByteBuffer buffer =
          ByteBuffer.allocateDirect(Float.BYTES * chunk).order(ByteOrder.nativeOrder());
      for (int from = 0; from < values.length; from += chunk) {
        int count = Math.min(chunk, values.length - from);
        FloatBuffer floats = buffer.clear().asFloatBuffer().put(values, from, count);
        filler.put(buffer.limit(Float.BYTES * floats.position()));
      }
      return filler.tensor();
    }
  }

  /** Copies the next values, in the tensor's type and the machine's order, from a direct buffer. */
  public void put(ByteBuffer values) {
    DataType type = flat.getDataType();
    long count = values.remaining() / type.getNumOfBytes();
    try (NDArray source = flat.getManager().create(values, new Shape(count), type);
        NDArray target = flat.get(new NDIndex().addSliceDim(filled, filled + count))) {
      TorchFunctions.copy(source, target);
    }
    filled += count;
  }

  /** The tensor. */
  public NDArray tensor() {
    return tensor;
  }

  @Override
  public void close() {
    flat.close();
  }
}
