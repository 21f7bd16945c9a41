package io.github.compacter4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Valid safetensors files with random damage, from single bits to well-formed nonsense. */
final class SafetensorsMutations {
  private static final List<String> DTYPES =
      List.of(
          "BOOL",
          "U8",
          "I8",
          "F8_E5M2",
          "F8_E4M3",
          "F8_E8M0",
          "F8_E4M3FNUZ",
          "F8_E5M2FNUZ",
          "U16",
          "I16",
          "F16",
          "BF16",
          "U32",
          "I32",
          "F32",
          "U64",
          "I64",
          "F64",
          "C64",
          "F4",
          "F6_E2M3",
          "F6_E3M2");
  private static final int[] BITS = {
    8, 8, 8, 8, 8, 8, 8, 8, 16, 16, 16, 16, 32, 32, 32, 64, 64, 64, 64, 4, 6, 6
  };
  private static final List<String> VALUES =
      List.of(
          "null true false 0 1 2 4 8 -1 -0 2.0 1e2 0.5 1e999 -1e999 1e-999 9223372036854775807",
          "9223372036854775808 18446744073709551615 18446744073709551616 00 +1 .5 1. 0x1 NaN",
          "'' 'a' 'b' 'F32' 'F4' 'BF16' 'f32' 'dtype' 'shape' 'data_offsets' '__metadata__'",
          "'\\u0061' '\\u005f_metadata__' '\\ud83d\\ude00' '\\ud83d' '\\ude00' '\\x' '\\/' '\u00e4'",
          "[] {} [0] [0,8] [2] [[]] [[[[[[[[]]]]]]]] {'a':1} {'a':{}} {'F32':null} {'F32':[]}");
  private static final List<String> POOL =
      VALUES.stream()
          .flatMap(line -> Arrays.stream(line.split(" ")))
          .map(value -> value.replace('\'', '"'))
          .toList();
  private static final List<String> BETWEEN =
      List.of(
          "{", "}", "[", "]", ",", ":", " ", "\t", "\n", "\r", "\f", "\u00a0", "\0", "//", "\"");
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[-+.\\w]+|\\s+|.", Pattern.DOTALL);

  private final Random random;
  private final List<byte[]> valid = new ArrayList<>();

  SafetensorsMutations(long seed) {
    random = new Random(seed);
    valid.add(file("{}", 0));
    valid.add(file(tensor("a", "F32", "[2]", 0, 8) + padding(3), 8));
    valid.add(file("{'__metadata__':{'format':'pt','a':'b'}," + rest("F32", "BF16", "F16"), 0));
    valid.add(file("{" + rest(DTYPES.toArray(new String[0])), 0));
    valid.add(file("{" + rest(Collections.nCopies(60, "F32").toArray(new String[0])), 0));
    String empty = "{'z':{'dtype':'F64','shape':[0,7],'data_offsets':[4,4]},";
    valid.add(file(empty + tensor("\\u00e4\\n \u4e16", "F32", "[]", 0, 4).substring(1), 4));
  }

  /** A file in JSON with ' for "; data of 0 bytes means as many as the last tensor asks for. */
  private static byte[] file(String header, int data) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    int length = data > 0 || header.equals("{}") ? data : dataLength(header);
    return withLength(json.length, json, new byte[length]);
  }

  private static int dataLength(String header) {
    return Integer.parseInt(header.replaceAll("(?s).*,(\\d+)]}}$", "$1"));
  }

  private static String padding(int spaces) {
    return " ".repeat(spaces);
  }

  private static String tensor(String name, String dtype, String shape, int begin, int end) {
    return "{'%s':{'dtype':'%s','shape':%s,'data_offsets':[%d,%d]}}"
        .formatted(name, dtype, shape, begin, end);
  }

  /** Tensors of shape (2, 4) one behind the other, and the end of the header. */
  private static String rest(String... dtypes) {
    List<String> tensors = new ArrayList<>();
    int end = 0;
    for (int i = 0; i < dtypes.length; i++) {
      int begin = end;
      end += BITS[DTYPES.indexOf(dtypes[i])];
      String entry = tensor("layer." + i, dtypes[i], "[2,4]", begin, end);
      tensors.add(entry.substring(1, entry.length() - 1));
    }
    return String.join(",", tensors) + "}";
  }

  private static byte[] withLength(long length, byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .put(data)
        .array();
  }

  /** The next damaged file; about one in five is still valid. */
  byte[] next() {
    byte[] file = valid.get(random.nextInt(valid.size())).clone();
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = Arrays.copyOfRange(file, 8, 8 + length);
    byte[] data = Arrays.copyOfRange(file, 8 + length, file.length);
    return switch (random.nextInt(10)) {
      case 0 -> flipped(file, 0, 8);
      case 1 -> flipped(file, 8, file.length);
      case 2 -> Arrays.copyOf(file, random.nextInt(file.length + 16));
      case 3 -> withLength(random.nextLong() >>> random.nextInt(64), header, data);
      case 4 -> {
        byte[] changed = flipped(header, 0, header.length);
        int at = random.nextInt(header.length);
        changed[at] = (byte) random.nextInt(256);
        yield withLength(length, changed, data);
      }
      default -> {
        String json = new String(header, StandardCharsets.UTF_8);
        for (int i = random.nextInt(2); i >= 0; i--) {
          json = random.nextBoolean() ? reworded(json) : altered(json);
        }
        byte[] changed = json.getBytes(StandardCharsets.UTF_8);
        yield withLength(changed.length, changed, data);
      }
    };
  }

  private byte[] flipped(byte[] bytes, int from, int to) {
    byte[] changed = bytes.clone();
    for (int i = random.nextInt(2); i >= 0 && to > from; i--) {
      changed[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  private String any(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  private static List<String> tokens(String json) {
    return TOKEN
        .matcher(json)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** Changes, drops, repeats, swaps or adds a token. */
  private String altered(String json) {
    List<String> tokens = tokens(json);
    if (tokens.isEmpty()) {
      return "{";
    }
    int at = random.nextInt(tokens.size());
    switch (random.nextInt(6)) {
      case 0 -> tokens.remove(at);
      case 1 -> tokens.add(at, tokens.get(at));
      case 2 -> Collections.swap(tokens, at, random.nextInt(tokens.size()));
      case 3 -> tokens.add(at, any(BETWEEN));
      case 4 -> tokens.set(at, any(tokens));
      default -> {
        List<Integer> values =
            IntStream.range(0, tokens.size())
                .filter(i -> tokens.get(i).matches("(?s)\".*|[-+.\\w]+"))
                .boxed()
                .toList();
        if (!values.isEmpty()) {
          tokens.set(values.get(random.nextInt(values.size())), any(POOL));
        }
      }
    }
    return String.join("", tokens);
  }

  /** Says the same, or nearly so, in another form. */
  private String reworded(String json) {
    String value = any(POOL);
    return switch (random.nextInt(9)) {
      case 0 -> json.replaceFirst("([,:])", "$1" + any(List.of(" ", "\n\t", "\r")));
      case 1 -> json + any(List.of(" ", "\n", "\t ", "x", "{}", "\0"));
      case 2 -> any(List.of(" ", "\n", "\ufeff")) + json;
      case 3 -> json.replaceFirst("a", "\\\\u0061");
      case 4 -> inOneTensor(json, "\"shape\":", "\"more\":" + value + ",\"shape\":");
      case 5 -> inOneTensor(json, "\"shape\":\\[", "\"shape\":[1,");
      case 6 ->
          json.replaceFirst(
              "\\{\"dtype\":(\"\\w+\"),\"shape\":(\\[[^]]*]),\"data_offsets\":(\\[[^]]*])}",
              "[$1,$2,$3]");
      case 7 -> inOneTensor(json, "\"dtype\":(\"\\w+\")", "\"dtype\":{$1:null}");
      default -> json.replaceFirst("\\{", "{\"__metadata__\":" + quoted(value) + ",");
    };
  }

  private static String quoted(String value) {
    return value.replace("\\", "\\\\").replace("$", "\\$");
  }

  private String inOneTensor(String json, String pattern, String replacement) {
    List<MatchResult> places = Pattern.compile(pattern).matcher(json).results().toList();
    if (places.isEmpty()) {
      return json;
    }
    int at = places.get(random.nextInt(places.size())).start();
    String form = replacement.contains("$1") ? replacement : quoted(replacement);
    return json.substring(0, at) + json.substring(at).replaceFirst(pattern, form);
  }
}
