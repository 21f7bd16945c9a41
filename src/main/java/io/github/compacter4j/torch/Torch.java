package io.github.compacter4j.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;

/** The engine: managers, threads and the backward pass. */
public final class Torch {
  /** The environment variable that chooses the device. */
  public static final String DEVICE_VARIABLE = "COMPACTER4J_DEVICE";

  private static final String OWN_LIBRARIES = "PYTORCH_LIBRARY_PATH"; // DJL's variable

  // Found at their first use: a class whose initialisation fails would tell nobody why.
  private static Engine engine;
  private static Device device;
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

  private static synchronized Engine engine() {
    if (engine == null) {
      if (System.getenv(OWN_LIBRARIES) == null) {
        requireGpu(bundledFlavor(), CudaUtils.hasCuda());
      }
      try {
        engine = Engine.getEngine("PyTorch");
      } catch (EngineException e) {
        throw new UserException(
            "libtorch cannot be unpacked into %s, or loaded from there; ENGINE_CACHE_DIR names another folder"
                .formatted(Utils.getEngineCacheDir("pytorch")),
            innermost(e));
      }
    }
    return engine;
  }

  /** What the libraries in the class path are made for, such as {@code cpu} or {@code cu124}. */
  private static String bundledFlavor() {
    Properties bundled = new Properties();
    try (InputStream file =
        Torch.class.getClassLoader().getResourceAsStream("native/lib/pytorch.properties")) {
      if (file != null) {
        bundled.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what libtorch is made for", e);
    }
    return bundled.getProperty("flavor", "");
  }

  /** DJL takes no libraries for CUDA without it, and would say that it is offline. */
  static void requireGpu(String flavor, boolean hasCuda) {
    if (flavor.matches("cu\\d+.*") && !hasCuda) {
      throw new UserException(
          "libtorch's libraries here are for CUDA (%s), and this machine shows no GPU; build without -Pcuda, or set %s to the folder of other libraries"
              .formatted(flavor, OWN_LIBRARIES));
    }
  }

  private static Throwable innermost(Throwable error) {
    return error.getCause() == null ? error : innermost(error.getCause());
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
    return engine().getGpuCount();
  }

  /** Where everything is computed. */
  public static synchronized Device device() {
    if (device == null) {
      engine(); // whose failure is no matter of the variable
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
    engine();
    return JniUtils.isGradMode();
  }

  static synchronized PtNDManager root() {
    if (root == null) {
      root = (PtNDManager) NDManager.newBaseManager(device(), engine().getEngineName());
    }
    return root;
  }

  /** Version of libtorch. */
  public static String version() {
    return engine().getVersion();
  }

  /** Number of threads that one operation may use. */
  public static int threads() {
    engine();
    return JniUtils.getNumThreads();
  }

  /** Pins the number of threads that one operation may use. */
  public static void setThreads(int threads) {
    engine();
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
