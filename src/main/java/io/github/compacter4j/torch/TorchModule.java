package io.github.compacter4j.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module made in memory from the text of its functions.
 *
 * <p>DJL's public way of calling a method of a module turns gradients off, so the native method is
 * called directly; DJL's version is pinned with that in mind.
 */
final class TorchModule {
  private static final String HEADER =
      "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";
  private static final String FORWARD =
      "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n    return x\n";

  /** Pickle of an object of class M whose one attribute, training, is true. */
  private static final byte[] INSTANCE =
      "\u0080\u0002c__torch__\nM\n)\u0081}(X\u0008\u0000\u0000\u0000training\u0088ub."
          .getBytes(StandardCharsets.ISO_8859_1);

  private static final byte[] NO_CONSTANTS = "\u0080\u0002).".getBytes(StandardCharsets.ISO_8859_1);

  private static final MethodHandle RUN;
  private static final MethodHandle WRAP;

  static {
    try {
      Class<?> library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(library, MethodHandles.lookup());
      MethodType run =
          MethodType.methodType(
              long.class, long.class, String.class, long[].class, boolean.class, boolean.class);
      Object instance = lookup.findStaticVarHandle(library, "LIB", library).get();
      RUN = lookup.findVirtual(library, "moduleRunMethod", run).bindTo(instance);
      WRAP = lookup.findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final PtSymbolBlock block;

  private TorchModule(PtSymbolBlock block) {
    this.block = block;
  }

  /** Compiles all functions; a failure names the first function that does not compile. */
  static TorchModule compile(PtNDManager manager, String source, String libtorch) {
    try {
      return new TorchModule(load(manager, source));
    } catch (EngineException whole) {
      String[] functions = source.split("(?m)^(?=def )");
      StringBuilder prefix = new StringBuilder();
      for (String function : functions) {
        prefix.append(function);
        try {
          load(manager, prefix.toString()).close();
        } catch (EngineException e) {
          String name = function.substring("def ".length(), function.indexOf('('));
          throw new IllegalStateException(
              "TorchScript function " + name + " does not compile on libtorch " + libtorch, e);
        }
      }
      throw whole;
    }
  }

  /** Whether this libtorch has the operations of a namespace that the functions call. */
  static boolean compiles(PtNDManager manager, String source, String namespace) {
    try {
      load(manager, source).close();
      return true;
    } catch (EngineException e) {
      if (!e.getMessage().contains(namespace)) {
        throw e;
      }
      return false;
    }
  }

  /** Runs one function; gradients flow if the calling thread's gradient mode is on. */
  NDArray call(PtNDManager manager, String function, Object... arguments) {
    return call(function, arguments, result -> result.toTensor(manager));
  }

  /** Runs one function that returns a list. */
  NDArray[] callAll(PtNDManager manager, String function, Object... arguments) {
    return call(function, arguments, result -> result.toTensorArray(manager));
  }

  private <T> T call(String function, Object[] arguments, Function<IValue, T> reading) {
    IValue[] values = new IValue[arguments.length];
    long[] handles = new long[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = wrap(arguments[i]);
        handles[i] = values[i].getHandle();
      }
      try (IValue result = run(function, handles)) {
        return reading.apply(result);
      }
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  private IValue run(String function, long[] handles) {
    try {
      long result =
          (long) RUN.invokeExact((long) block.getHandle(), function, handles, true, false);
      return (IValue) WRAP.invokeExact(result);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("TorchScript function " + function, e);
    }
  }

  private static IValue wrap(Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    }
    if (argument instanceof Double number) {
      return IValue.from((double) number);
    }
    if (argument instanceof Number number) {
      return IValue.from(number.longValue());
    }
    if (argument instanceof String text) {
      return IValue.from(text);
    }
    if (argument instanceof NDArray[] list) {
      return IValue.listFrom(Arrays.copyOf(list, list.length, PtNDArray[].class));
    }
    throw new IllegalArgumentException("no TorchScript value for " + argument);
  }

  private static PtSymbolBlock load(PtNDManager manager, String source) {
    byte[] archive = archive(source);
    try {
      return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The archive that {@code torch.jit.load} reads: code, an instance, no constants, version 10. */
  static byte[] archive(String source) {
    StringBuilder code = new StringBuilder(HEADER);
    source
        .lines()
        .forEach(
            line ->
                code.append("  ")
                    .append(
                        line.startsWith("def ")
                            ? line.replace("(self,", "(self: __torch__.M,")
                            : line)
                    .append('\n'));
    code.append(FORWARD);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "module/data.pkl", INSTANCE);
      store(zip, "module/code/__torch__.py", code.toString().getBytes(StandardCharsets.UTF_8));
      store(zip, "module/constants.pkl", NO_CONSTANTS);
      store(zip, "module/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setTime(0);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
