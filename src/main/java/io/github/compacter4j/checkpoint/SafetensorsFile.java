package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.Float16Utils;
import io.github.compacter4j.UserException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file opened for reading, checked strictly, read tensor by tensor.
 *
 * <p>Not by a channel, which an interrupt would close in the middle.
 */
public final class SafetensorsFile implements Closeable {
  private static final int LENGTH_BYTES = 8;

  private final Path file;
  private final RandomAccessFile content;
  private final long dataStart;
  private final Map<String, TensorInfo> tensors;

  private SafetensorsFile(Path file, RandomAccessFile content) throws IOException {
    this.file = file;
    this.content = content;
    long size = content.length();
    if (size < LENGTH_BYTES) {
      throw bad("it is shorter than 8 bytes");
    }
    long length = read(0, LENGTH_BYTES).getLong();
    if (length < 0 || length > SafetensorsHeader.MAX_LENGTH) {
      throw bad(
          "its header claims "
              + Long.toUnsignedString(length)
              + " bytes, at most "
              + SafetensorsHeader.MAX_LENGTH
              + " are allowed");
    }
    if (length > size - LENGTH_BYTES) {
      throw bad("its header claims " + length + " bytes, the file has " + (size - LENGTH_BYTES));
    }
    dataStart = LENGTH_BYTES + length;
    byte[] json = read(LENGTH_BYTES, (int) length).array();
    tensors = SafetensorsHeader.parse(file, json, size - dataStart);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws UserException if it cannot be read or breaks a rule of the format
   */
  public static SafetensorsFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserException(file + ": no such file");
    }
    try {
      RandomAccessFile content = new RandomAccessFile(file.toFile(), "r");
      try {
        return new SafetensorsFile(file, content);
      } catch (RuntimeException | IOException e) {
        content.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read", e);
    }
  }

  /** Names of the tensors, sorted. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** The shape of a tensor. */
  public Shape shape(String name) {
    return tensors.get(name).shape();
  }

  /** Reads a tensor of type F32, F16 or BF16 as float32. */
  public NDArray read(String name, NDManager manager) {
    TensorInfo info = tensors.get(name);
    int width =
        switch (info.dtype()) {
          case "F32" -> Float.BYTES;
          case "F16", "BF16" -> Short.BYTES;
          default ->
              throw new UserException(
                  file
                      + ": tensor "
                      + name
                      + " is "
                      + info.dtype()
                      + ", expected F32, F16 or BF16");
        };
    long count = (info.end() - info.begin()) / width;
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(count));
    chunks(info, chunk -> widen(info.dtype(), chunk, values));
    return manager.create(values.flip(), info.shape());
  }

  private static void widen(String dtype, ByteBuffer chunk, FloatBuffer values) {
    while (chunk.hasRemaining()) {
      values.put(
          switch (dtype) {
            case "F32" -> chunk.getFloat();
            case "F16" -> Float16Utils.halfToFloat(chunk.getShort());
            default -> Float.intBitsToFloat(chunk.getShort() << 16);
          });
    }
  }

  /** Feeds name, type, shape and bytes of a tensor into a digest. */
  void digest(String name, MessageDigest digest) {
    TensorInfo info = tensors.get(name);
    String line = name + " " + info.dtype() + " " + Arrays.toString(info.shape().getShape()) + "\n";
    digest.update(line.getBytes(StandardCharsets.UTF_8));
    chunks(info, digest::update);
  }

  private interface ChunkReader {
    void accept(ByteBuffer chunk);
  }

  private void chunks(TensorInfo info, ChunkReader reader) {
    int most = 1 << 22;
    for (long at = info.begin(); at < info.end(); at += most) {
      int length = (int) Math.min(most, info.end() - at);
      try {
        reader.accept(read(dataStart + at, length));
      } catch (IOException e) {
        throw new UserException(file + ": cannot be read", e);
      }
    }
  }

  private ByteBuffer read(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    content.seek(position);
    content.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private UserException bad(String what) {
    return new UserException(file + " is not a valid safetensors file: " + what);
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException e) {
      throw new UserException(file + ": cannot be closed", e);
    }
  }
}
