package io.github.compacter4j.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** The engine: managers, threads and the backward pass. */
public final class Torch {
  private static final Engine ENGINE = Engine.getEngine("PyTorch");
  private static final PtNDManager ROOT =
      (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");

  private Torch() {}

  /** A manager for what outlives a step; its owner closes it. */
  public static NDManager newManager() {
    return NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  /** Whether operations of the calling thread record gradients. */
  static boolean isGradientMode() {
    return JniUtils.isGradMode();
  }

  static PtNDManager root() {
    return ROOT;
  }

  /** Version of libtorch. */
  public static String version() {
    return ENGINE.getVersion();
  }

  /** Number of threads that one operation may use. */
  public static int threads() {
    return JniUtils.getNumThreads();
  }

  /** Pins the number of threads that one operation may use. */
  public static void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  /** Adds the gradient of the scalar {@code loss} to every tensor that asks for one. */
  public static void backward(NDArray loss) {
    try (NDArray one = loss.onesLike()) {
      backward(loss, one);
    }
  }

  /** Adds the gradient of {@code sum(y * gradient)} to every tensor that asks for one. */
  public static void backward(NDArray y, NDArray gradient) {
    JniUtils.backward((PtNDArray) y, (PtNDArray) gradient, false, false);
  }

  /** Moves an array out of the innermost scope to a manager that outlives it. */
  public static NDArray keep(NDArray array, NDManager manager) {
    NDScope.unregister(array);
    array.attach(manager);
    return array;
  }

  /** Whether {@code array} is of a type DJL has no name for, which here is always bfloat16. */
  public static boolean isBfloat16(NDArray array) {
    return array.getDataType() == DataType.UNKNOWN;
  }
}
