package io.github.compacter4j.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.compacter4j.Reasons;
import io.github.compacter4j.UserException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks the JSON header of a safetensors file.
 *
 * <p>It takes what the library {@code safetensors} of Python takes, oddities included, but for two
 * rules of the format that the library leaves to others: the first character is a brace, and no
 * name comes twice.
 */
final class SafetensorsHeader {
  /** The format's limit on the header's length. */
  static final long MAX_LENGTH = 100_000_000;

  /** The library's limit; all else may be as long as the header. */
  private static final int MAX_DEPTH = 127;

  private static final JsonFactory STRICT =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** Bits of a value, by type. */
  private static final Map<String, Integer> BITS = new HashMap<>();

  static {
    put(4, "F4");
    put(6, "F6_E2M3", "F6_E3M2");
    put(8, "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ");
    put(16, "U16", "I16", "F16", "BF16");
    put(32, "U32", "I32", "F32");
    put(64, "U64", "I64", "F64", "C64");
  }

  private static final List<String> FIELDS = List.of("dtype", "shape", "data_offsets");

  private final Path file;
  private final JsonParser parser;

  private static void put(int bits, String... dtypes) {
    for (String dtype : dtypes) {
      BITS.put(dtype, bits);
    }
  }

  private SafetensorsHeader(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * Reads the header.
   *
   * @param dataLength bytes of the file behind the header
   * @return the tensors by name, sorted by name
   */
  static Map<String, TensorInfo> parse(Path file, byte[] json, long dataLength) {
    if (json.length == 0 || json[0] != '{') {
      throw bad(file, "the header does not start with '{'");
    }
    // Through a reader, since Jackson would take bytes in UTF-16 and UTF-32 too.
    try (JsonParser parser =
        STRICT.createParser(
            new InputStreamReader(new ByteArrayInputStream(json), UTF_8.newDecoder()))) {
      return new SafetensorsHeader(file, parser).tensors(dataLength);
    } catch (CharacterCodingException e) {
      throw bad(file, "the header is not UTF-8");
    } catch (JsonProcessingException e) {
      throw bad(file, "the header is not valid JSON: " + Reasons.ofText(e));
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read", e);
    }
  }

  private Map<String, TensorInfo> tensors(long dataLength) throws IOException {
    Map<String, TensorInfo> tensors = new TreeMap<>();
    next();
    while (next() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      next();
      if (name.equals("__metadata__")) {
        metadata();
      } else {
        tensors.put(name, tensor(name));
      }
    }
    if (next() != null) {
      throw bad("the header is not valid JSON: something follows it");
    }
    checkSpans(tensors, dataLength);
    return tensors;
  }

  /** The next token, with what Python's library refuses everywhere and Jackson does not. */
  private JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
      if (!UTF_8.newEncoder().canEncode(parser.getText())) {
        throw bad("the header is not valid JSON: half a surrogate pair");
      }
    } else if (token != null && token.isNumeric()) {
      if (Double.isInfinite(Double.parseDouble(parser.getText()))) {
        throw bad("the header is not valid JSON: a number is out of range");
      }
    }
    return token;
  }

  private void metadata() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    boolean strings = parser.currentToken() == JsonToken.START_OBJECT;
    while (strings && next() != JsonToken.END_OBJECT) {
      strings = next() == JsonToken.VALUE_STRING;
    }
    if (!strings) {
      throw bad("__metadata__ must map strings to strings");
    }
  }

  /** An object, or the list of its three values; other fields are passed over. */
  private TensorInfo tensor(String name) throws IOException {
    boolean list = parser.currentToken() == JsonToken.START_ARRAY;
    if (!list && parser.currentToken() != JsonToken.START_OBJECT) {
      throw bad("tensor " + name + ": expected dtype, shape and data_offsets");
    }
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    for (int i = 0; !next().isStructEnd(); i++) {
      String field = list ? (i < FIELDS.size() ? FIELDS.get(i) : "a fourth value") : fieldName();
      switch (field) {
        case "dtype" -> dtype = dtype(name);
        case "shape" -> shape = numbers(name, field);
        case "data_offsets" -> offsets = numbers(name, field);
        default -> {
          if (list) {
            throw bad("tensor " + name + ": a list of more than dtype, shape and data_offsets");
          }
          skip();
        }
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw bad("tensor " + name + ": expected dtype, shape and data_offsets");
    }
    return info(name, dtype, shape, offsets);
  }

  private String fieldName() throws IOException {
    String field = parser.currentName();
    next();
    return field;
  }

  private void skip() throws IOException {
    int depth = 0;
    JsonToken token = parser.currentToken();
    while (true) {
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth == 0) {
        return;
      }
      token = next();
    }
  }

  /** A string, or an object like {@code {"F32": null}}. */
  private String dtype(String name) throws IOException {
    boolean object = parser.currentToken() == JsonToken.START_OBJECT;
    if (object) {
      next();
    }
    String dtype = parser.getText();
    boolean known =
        BITS.containsKey(dtype)
            && (object
                ? next() == JsonToken.VALUE_NULL && next() == JsonToken.END_OBJECT
                : parser.currentToken() == JsonToken.VALUE_STRING);
    if (!known) {
      throw bad("tensor " + name + ": unknown dtype " + dtype);
    }
    return dtype;
  }

  /** Whole numbers of 64 bits without a sign. */
  private long[] numbers(String name, String what) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw bad("tensor " + name + ": " + what + " is not a list");
    }
    long[] numbers = new long[4];
    int count = 0;
    while (next() != JsonToken.END_ARRAY) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = number(name, what);
    }
    return Arrays.copyOf(numbers, count);
  }

  private long number(String name, String what) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      try {
        return Long.parseUnsignedLong(parser.getText());
      } catch (NumberFormatException e) {
        // negative, -0 included, or too large
      }
    }
    throw bad("tensor " + name + ": " + what + " has " + parser.getText() + ", no size");
  }

  private TensorInfo info(String name, String dtype, long[] shape, long[] offsets) {
    if (offsets.length != 2 || offsets[0] < 0 || offsets[0] > offsets[1]) {
      throw bad("tensor " + name + ": data_offsets " + Arrays.toString(offsets));
    }
    long span = offsets[1] - offsets[0];
    BigInteger bits = bits(name, dtype, shape);
    if (!bits.equals(BigInteger.valueOf(span).shiftLeft(3))) {
      throw bad(
          "tensor %s: %s of shape %s takes %s bits, its span has %d bytes"
              .formatted(name, dtype, Arrays.toString(shape), bits, span));
    }
    // Above the largest long an axis can only stand beside one of length 0.
    long[] axes = Arrays.stream(shape).map(n -> n < 0 ? Long.MAX_VALUE : n).toArray();
    return new TensorInfo(dtype, new Shape(axes), offsets[0], offsets[1]);
  }

  private BigInteger bits(String name, String dtype, long[] shape) {
    BigInteger bits = BigInteger.ONE;
    for (long size : shape) {
      bits = product(name, bits, new BigInteger(Long.toUnsignedString(size)));
    }
    return product(name, bits, BigInteger.valueOf(BITS.get(dtype)));
  }

  private BigInteger product(String name, BigInteger a, BigInteger b) {
    BigInteger product = a.multiply(b);
    if (product.bitLength() > Long.SIZE) {
      throw bad("tensor " + name + ": its size overflows");
    }
    return product;
  }

  /** Spans follow each other without holes or overlaps and end where the file does. */
  private void checkSpans(Map<String, TensorInfo> tensors, long dataLength) {
    List<Map.Entry<String, TensorInfo>> spans =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<String, TensorInfo> e) -> e.getValue().begin())
                    .thenComparing(e -> e.getValue().end()))
            .toList();
    long end = 0;
    for (Map.Entry<String, TensorInfo> span : spans) {
      long begin = span.getValue().begin();
      if (begin != end) {
        throw bad("tensor " + span.getKey() + " starts at byte " + begin + ", expected " + end);
      }
      end = span.getValue().end();
    }
    if (end != dataLength) {
      throw bad("tensors end at byte " + end + ", the file has " + dataLength + " bytes of data");
    }
  }

  private UserException bad(String what) {
    return bad(file, what);
  }

  private static UserException bad(Path file, String what) {
    return new UserException(file + " is not a valid safetensors file: " + what);
  }
}
