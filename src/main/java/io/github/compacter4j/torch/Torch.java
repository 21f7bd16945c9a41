package io.github.compacter4j.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.List;
import java.util.function.Supplier;

/** The engine: managers, threads and the backward pass. */
public final class Torch {
  /** The environment variable that chooses the device. */
  public static final String DEVICE_VARIABLE = "COMPACTER4J_DEVICE";

  private static Device device; // found at its first use
  private static PtNDManager root;

  private Torch() {}

  /**
   * Chooses where everything is computed, before anything is: {@code cpu}, {@code cuda} for the
   * first such device, or {@code auto} for {@code cuda} where there is one. The environment
   * variable {@value #DEVICE_VARIABLE} chooses the same.
   *
   * @throws UserException (wrong usage) for another name, or where libtorch sees no such device
   */
  public static synchronized void setDevice(String name) {
    Device wanted = find(name);
    if (root != null && !wanted.equals(device)) {
      throw UserException.usage(
          "device " + name + ": expected before the first model is loaded, on " + device);
    }
    device = wanted;
  }

  private static Device findByVariable() {
    try {
      return find(System.getenv().getOrDefault(DEVICE_VARIABLE, "auto"));
    } catch (UserException e) {
      throw UserException.usage(DEVICE_VARIABLE + ": " + e.getMessage());
    }
  }

  private static Device find(String name) {
    boolean cuda = cudaDevices() > 0;
    return switch (name) {
      case "auto" -> cuda ? Device.gpu() : Device.cpu();
      case "cpu" -> Device.cpu();
      case "cuda" -> {
        if (!cuda) {
          throw UserException.usage("device cuda: libtorch " + version() + " sees none here");
        }
        yield Device.gpu();
      }
      default -> throw Names.unknown("device", name, List.of("auto", "cpu", "cuda"));
    };
  }

  /** How many CUDA devices libtorch sees. */
  public static int cudaDevices() {
    return Libtorch.engine().getGpuCount();
  }

  /** Where everything is computed. */
  public static synchronized Device device() {
    if (device == null) {
      Libtorch.engine(); // whose failure is no matter of the variable
      device = findByVariable();
    }
    return device;
  }

  /** A manager for what outlives a step; its owner closes it. */
  public static NDManager newManager() {
    return root().newSubManager();
  }

  /** Whether operations of the calling thread record gradients. */
  static boolean isGradientMode() {
    Libtorch.engine();
    return JniUtils.isGradMode();
  }

  static synchronized PtNDManager root() {
    if (root == null) {
      root = (PtNDManager) NDManager.newBaseManager(device(), Libtorch.engine().getEngineName());
    }
    return root;
  }

  /** Version of libtorch. */
  public static String version() {
    return Libtorch.engine().getVersion();
  }

  /** Number of threads that one operation may use. */
  public static int threads() {
    Libtorch.engine();
    return JniUtils.getNumThreads();
  }

  /** Pins the number of threads that one operation may use. */
  public static void setThreads(int threads) {
    Libtorch.engine();
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

  /**
   * Computes a value in a scope of its own: of the arrays made on the way, gradients keep what they
   * need, and the others are freed at once instead of at the end of the outer scope.
   */
  public static NDArray freeingSteps(Supplier<NDArray> computation) {
    NDArray value;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      value = computation.get();
      NDScope.unregister(value);
    }
    NDScope.register(value);
    return value;
  }

  /** Whether {@code array} is of a type DJL has no name for, which here is always bfloat16. */
  public static boolean isBfloat16(NDArray array) {
    return array.getDataType() == DataType.UNKNOWN;
  }
}
