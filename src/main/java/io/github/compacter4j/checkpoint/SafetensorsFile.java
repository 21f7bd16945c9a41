package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.Float16Utils;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Disguise;
import io.github.compacter4j.torch.TensorFiller;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file opened for reading, checked strictly, read tensor by tensor.
 *
 * <p>Not by a channel, which an interrupt would close in the middle.
 */
public final class SafetensorsFile implements Closeable {
  private static final int LENGTH_BYTES = 8;
  private static final int CHUNK = 1 << 20; // bytes, a multiple of every type's
  private static final int WIDEST = Double.BYTES / Short.BYTES; // growth of a value that is read
  private static final List<String> FLOATS = List.of("F64", "F32", "F16", "BF16");

  private final Path file;
  private final RandomAccessFile content;
  private final long dataStart;
  private final Map<String, TensorInfo> tensors;
  private ByteBuffer values; // of a chunk; direct, made once

  private SafetensorsFile(Path file, RandomAccessFile content) throws IOException {
    this.file = file;
    this.content = content;
    long size = content.length();
    if (size < LENGTH_BYTES) {
      throw bad("it is shorter than 8 bytes");
    }
    long length = read(0, new byte[LENGTH_BYTES], LENGTH_BYTES).getLong();
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
    byte[] json = new byte[(int) length];
    read(LENGTH_BYTES, json, json.length);
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
    Pickled.refuse(file);
    Disguise.refuse(file);
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

  /** The type of a tensor as it is written, for instance {@code BF16}. */
  String type(String name) {
    return tensors.get(name).dtype();
  }

  /** Reads a tensor of type F32, F16 or BF16 as float32, F64 rounded to float32. */
  public NDArray read(String name, NDManager manager) {
    return read(name, DataType.FLOAT32, manager);
  }

  /**
   * Reads a tensor of type F64, F32, F16 or BF16.
   *
   * @param type float32 or float64
   * @throws UserException naming a tensor of another type, or one of 2 GiB and more
   */
  public NDArray read(String name, DataType type, NDManager manager) {
    TensorInfo info = tensors.get(name);
    if (!FLOATS.contains(info.dtype())) {
      throw new UserException(
          file
              + ": tensor "
              + name
              + " is "
              + info.dtype()
              + ", expected "
              + String.join(", ", FLOATS));
    }
    long bytes = info.shape().size() * type.getNumOfBytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new UserException(
          file + ": tensor " + name + " takes " + bytes + " bytes in memory, 2 GiB are the most");
    }
    try (TensorFiller filler = new TensorFiller(manager, info.shape(), type)) {
      chunks(info, chunk -> filler.put(converted(info.dtype(), chunk, type)));
      return filler.tensor();
    }
  }

  private ByteBuffer converted(String dtype, ByteBuffer chunk, DataType type) {
    if (values == null) {
      values = ByteBuffer.allocateDirect(CHUNK * WIDEST).order(ByteOrder.nativeOrder());
    }
    values.clear();
    convert(dtype, chunk, type, values);
    return values.flip();
  }

  private static void convert(String dtype, ByteBuffer chunk, DataType type, ByteBuffer values) {
    while (chunk.hasRemaining()) {
      double value =
          switch (dtype) {
            case "F64" -> chunk.getDouble();
            case "F32" -> chunk.getFloat();
            case "F16" -> Float16Utils.halfToFloat(chunk.getShort());
            default -> Float.intBitsToFloat(chunk.getShort() << 16);
          };
      if (type == DataType.FLOAT64) {
        values.putDouble(value);
      } else {
        values.putFloat((float) value);
      }
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
    byte[] bytes = new byte[(int) Math.min(CHUNK, info.end() - info.begin())];
    for (long at = info.begin(); at < info.end(); at += bytes.length) {
      int length = (int) Math.min(bytes.length, info.end() - at);
      try {
        reader.accept(read(dataStart + at, bytes, length));
      } catch (IOException e) {
        throw new UserException(file + ": cannot be read", e);
      }
    }
  }

  private ByteBuffer read(long position, byte[] bytes, int length) throws IOException {
    content.seek(position);
    content.readFully(bytes, 0, length);
    return ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
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
