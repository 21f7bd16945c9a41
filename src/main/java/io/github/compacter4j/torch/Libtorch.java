package io.github.compacter4j.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.function.BooleanSupplier;

/**
 * libtorch's libraries, unpacked and loaded at their first use, and not with a class: one whose
 * initialisation failed would tell nobody why.
 */
final class Libtorch {
  private static final String OWN_LIBRARIES = "PYTORCH_LIBRARY_PATH"; // DJL's variable

  private static Engine engine;

  private Libtorch() {}

  /**
   * The engine.
   *
   * @throws UserException where the libraries cannot be unpacked or loaded
   */
  static synchronized Engine engine() {
    if (engine == null) {
      if (System.getenv(OWN_LIBRARIES) == null) {
        requireGpu(bundledFlavor(), CudaUtils::hasCuda);
      }
      engine = load();
    }
    return engine;
  }

  private static Engine load() {
    try {
      return Engine.getEngine("PyTorch");
    } catch (EngineException e) {
      throw new UserException(
          "libtorch cannot be unpacked into %s, or loaded from there; ENGINE_CACHE_DIR names another folder"
              .formatted(Utils.getEngineCacheDir("pytorch")),
          innermost(e));
    }
  }

  private static Throwable innermost(Throwable error) {
    return error.getCause() == null ? error : innermost(error.getCause());
  }

  /** What the libraries in the class path are made for, such as {@code cpu} or {@code cu124}. */
  private static String bundledFlavor() {
    Properties bundled = new Properties();
    try (InputStream file =
        Libtorch.class.getClassLoader().getResourceAsStream("native/lib/pytorch.properties")) {
      if (file != null) {
        bundled.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what libtorch is made for", e);
    }
    return bundled.getProperty("flavor", "");
  }

  /** DJL takes no libraries for CUDA without it, and would say that it is offline. */
  static void requireGpu(String flavor, BooleanSupplier hasCuda) {
    if (flavor.matches("cu\\d+.*") && !hasCuda.getAsBoolean()) {
      throw new UserException(
          "libtorch's libraries here are for CUDA (%s), and this machine shows no GPU; build without -Pcuda, or set %s to the folder of other libraries"
              .formatted(flavor, OWN_LIBRARIES));
    }
  }
}
