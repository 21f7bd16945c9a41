package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.torch.TorchFunctions;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The types in which a model's files keep tensors.
 *
 * @param byName {@code F32}, {@code F16}, {@code BF16} or {@code F64}; a tensor whose name is
 *     missing here, or of one of the wide types, is kept as it is in memory
 */
public record StoredTypes(Map<String, String> byName) {
  /** All tensors as they are in memory. */
  public static final StoredTypes AS_IN_MEMORY = new StoredTypes(Map.of());

  /** A float32 tensor's values as they will be read back. */
  public NDArray rounded(String name, NDArray tensor) {
    return switch (byName.getOrDefault(name, "")) {
      case "F16" -> tensor.toType(DataType.FLOAT16, true).toType(DataType.FLOAT32, true);
      case "BF16" -> TorchFunctions.cast(TorchFunctions.toBfloat16(tensor), DataType.FLOAT32);
      default -> tensor;
    };
  }

  /** The type of a tensor in the file. */
  String type(String name, NDArray tensor) {
    String type = byName.getOrDefault(name, "");
    return type.equals("F16") || type.equals("BF16")
        ? type
        : tensor.getDataType() == DataType.FLOAT64 ? "F64" : "F32";
  }

  /** The bytes of a tensor in the file. */
  ByteBuffer bytes(String name, NDArray tensor) {
    return switch (type(name, tensor)) {
      case "F16" -> tensor.toType(DataType.FLOAT16, true).toByteBuffer();
      case "BF16" -> upperHalves(rounded(name, tensor).toByteBuffer());
      default -> tensor.toByteBuffer();
    };
  }

  /** Of each float32 value the sixteen bits that bfloat16 keeps. */
  private static ByteBuffer upperHalves(ByteBuffer wide) {
    ByteBuffer narrow = ByteBuffer.allocate(wide.remaining() / 2).order(wide.order());
    while (wide.hasRemaining()) {
      narrow.putShort((short) (wide.getInt() >>> 16));
    }
    return narrow.flip();
  }
}
