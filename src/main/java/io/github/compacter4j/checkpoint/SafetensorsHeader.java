package io.github.compacter4j.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.UserException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Checks the JSON header of a safetensors file by all rules of the format. */
final class SafetensorsHeader {
  /** The format's limit on the header's length. */
  static final long MAX_LENGTH = 100_000_000;

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("BOOL", 8),
          Map.entry("F4", 4),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("F8_E4M3FNUZ", 8),
          Map.entry("F8_E5M2FNUZ", 8),
          Map.entry("U16", 16),
          Map.entry("I16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("U32", 32),
          Map.entry("I32", 32),
          Map.entry("F32", 32),
          Map.entry("C64", 64),
          Map.entry("U64", 64),
          Map.entry("I64", 64),
          Map.entry("F64", 64));
  private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");

  private final Path file;

  private SafetensorsHeader(Path file) {
    this.file = file;
  }

  /**
   * Reads the header.
   *
   * @param dataLength bytes of the file behind the header
   * @return the tensors by name, sorted by name
   */
  static Map<String, TensorInfo> parse(Path file, byte[] json, long dataLength) {
    return new SafetensorsHeader(file).tensors(json, dataLength);
  }

  private Map<String, TensorInfo> tensors(byte[] json, long dataLength) {
    if (json.length == 0 || json[0] != '{') {
      throw bad("the header does not start with '{'");
    }
    JsonNode root;
    try {
      // Decoded here, since Jackson would take UTF-16 and UTF-32 too.
      root = STRICT.readTree(UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString());
    } catch (CharacterCodingException e) {
      throw bad("the header is not UTF-8");
    } catch (JsonProcessingException e) {
      throw bad("the header is not valid JSON: " + e.getOriginalMessage());
    }
    Map<String, TensorInfo> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getKey().equals("__metadata__")) {
        metadata(entry.getValue());
      } else {
        tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue()));
      }
    }
    checkSpans(tensors, dataLength);
    return tensors;
  }

  private void metadata(JsonNode node) {
    if (!node.isObject() || node.properties().stream().anyMatch(e -> !e.getValue().isTextual())) {
      throw bad("__metadata__ must map strings to strings");
    }
  }

  private TensorInfo tensor(String name, JsonNode node) {
    if (!node.isObject()
        || node.properties().stream().anyMatch(e -> !FIELDS.contains(e.getKey()))) {
      throw bad("tensor " + name + ": expected dtype, shape and data_offsets alone");
    }
    String dtype = node.path("dtype").asText();
    if (!node.path("dtype").isTextual() || !BITS.containsKey(dtype)) {
      throw bad("tensor " + name + ": unknown dtype " + node.path("dtype"));
    }
    long[] shape = numbers(name, node.path("shape"), "shape");
    long[] offsets = numbers(name, node.path("data_offsets"), "data_offsets");
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw bad("tensor " + name + ": data_offsets " + node.path("data_offsets"));
    }
    long bytes = bytes(name, dtype, shape);
    if (bytes != offsets[1] - offsets[0]) {
      throw bad(
          "tensor "
              + name
              + ": "
              + dtype
              + " of shape "
              + node.path("shape")
              + " takes "
              + bytes
              + " bytes, its span has "
              + (offsets[1] - offsets[0]));
    }
    return new TensorInfo(dtype, new Shape(shape), offsets[0], offsets[1]);
  }

  private long[] numbers(String name, JsonNode node, String what) {
    if (!node.isArray()) {
      throw bad("tensor " + name + ": " + what + " is not a list");
    }
    long[] numbers = new long[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = node.get(i);
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
        throw bad("tensor " + name + ": " + what + " " + node + " is not of whole numbers");
      }
      numbers[i] = number.asLong();
    }
    return numbers;
  }

  private long bytes(String name, String dtype, long[] shape) {
    try {
      long bits = BITS.get(dtype);
      for (long size : shape) {
        bits = Math.multiplyExact(bits, size);
      }
      if (bits % 8 != 0) {
        throw bad("tensor " + name + ": its " + bits + " bits do not end at a byte");
      }
      return bits / 8;
    } catch (ArithmeticException e) {
      throw bad("tensor " + name + ": its size overflows");
    }
  }

  /** Spans follow each other without holes or overlaps and end where the file does. */
  private void checkSpans(Map<String, TensorInfo> tensors, long dataLength) {
    List<Map.Entry<String, TensorInfo>> spans =
        new LinkedHashMap<>(tensors)
            .entrySet().stream()
                .sorted(
                    Comparator.comparing((Map.Entry<String, TensorInfo> e) -> e.getValue().begin())
                        .thenComparing(e -> e.getValue().end()))
                .toList();
    long end = 0;
    for (Map.Entry<String, TensorInfo> span : spans) {
      if (span.getValue().begin() != end) {
        throw bad(
            "tensor "
                + span.getKey()
                + " starts at byte "
                + span.getValue().begin()
                + ", expected "
                + end);
      }
      end = span.getValue().end();
    }
    if (end != dataLength) {
      throw bad("tensors end at byte " + end + ", the file has " + dataLength + " bytes of data");
    }
  }

  private UserException bad(String what) {
    return new UserException(file + " is not a valid safetensors file: " + what);
  }
}
