package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes safetensors files that depend on names and values alone: sorted, without times or paths.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final Map<String, Integer> BYTES = Map.of("F64", 8, "F32", 4, "F16", 2, "BF16", 2);

  private SafetensorsWriter() {}

  /** Writes float32 and float64 tensors. */
  public static void write(SortedMap<String, NDArray> tensors, OutputStream out)
      throws IOException {
    write(tensors, Map.of(), StoredTypes.AS_IN_MEMORY, out);
  }

  /** Writes tensors in some types and, unless it is empty, {@code __metadata__}. */
  static void write(
      SortedMap<String, NDArray> tensors,
      Map<String, String> metadata,
      StoredTypes types,
      OutputStream out)
      throws IOException {
    byte[] header = header(tensors, metadata, types);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
      ByteBuffer bytes = types.bytes(tensor.getKey(), tensor.getValue());
      byte[] chunk = new byte[Math.min(bytes.remaining(), 1 << 20)];
      while (bytes.hasRemaining()) {
        int count = Math.min(chunk.length, bytes.remaining());
        bytes.get(chunk, 0, count);
        out.write(chunk, 0, count);
      }
    }
  }

  private static byte[] header(
      SortedMap<String, NDArray> tensors, Map<String, String> metadata, StoredTypes types) {
    ObjectNode root = Json.mapper().createObjectNode();
    if (!metadata.isEmpty()) {
      root.putPOJO("__metadata__", new TreeMap<>(metadata));
    }
    long offset = 0;
    for (Map.Entry<String, NDArray> entry : tensors.entrySet()) {
      NDArray tensor = entry.getValue();
      String type = types.type(entry.getKey(), tensor);
      long end = offset + tensor.size() * BYTES.get(type);
      ObjectNode node = root.putObject(entry.getKey()).put("dtype", type);
      for (long size : tensor.getShape().getShape()) {
        node.withArray("shape").add(size);
      }
      if (tensor.getShape().isScalar()) {
        node.putArray("shape");
      }
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    StringBuilder json = new StringBuilder(root.toString());
    while (json.toString().getBytes(StandardCharsets.UTF_8).length % ALIGNMENT != 0) {
      json.append(' ');
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
