package io.github.compacter4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import com.sun.management.ThreadMXBean;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.torch.Torch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the format, the exact values, and bytes that depend on nothing else. */
class SafetensorsTest {
  private final NDManager manager = Torch.newManager();

  @TempDir Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private Path file() {
    return folder.resolve("a.safetensors");
  }

  private Path write(long length, byte[] header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(header).put(data);
    return Files.write(file(), bytes.array());
  }

  private Path write(String header, byte[] data) throws IOException {
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    return write(bytes.length, bytes, data);
  }

  /** A header in JSON with ' for ". */
  private Path write(String header, int dataLength) throws IOException {
    return write(header.replace('\'', '"'), new byte[dataLength]);
  }

  private String refusal() {
    UserException error =
        assertThrows(UserException.class, () -> SafetensorsFile.open(file()).close());
    assertTrue(error.getMessage().startsWith(file().toString()), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    assertFalse(error.getMessage().length() > 500, error.getMessage());
    return error.getMessage();
  }

  private static final String ONE = "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}";

  @Test
  void aGoodFileOpens() throws IOException {
    for (String padding : new String[] {"", " ", "       "}) {
      write(ONE + padding, 8);
      try (SafetensorsFile file = SafetensorsFile.open(file())) {
        assertEquals(Set.of("a"), file.names());
        assertEquals(new Shape(2), file.shape("a"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void aHeaderThatIsTooLong(long length) throws IOException {
    write(length, new byte[100], new byte[0]);
    assertTrue(refusal().contains(Long.toUnsignedString(length)));
  }

  @ParameterizedTest
  @ValueSource(longs = {55, 1000, 100_000_000})
  void aHeaderThatEndsBehindTheFile(long length) throws IOException {
    write(length, ONE.substring(0, 54).getBytes(StandardCharsets.UTF_8), new byte[0]);
    assertTrue(refusal().contains("the file has 54"), refusal());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void aFileWithoutAHeadersLength(int bytes) throws IOException {
    Files.write(file(), new byte[bytes]);
    assertTrue(refusal().contains("8 bytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " {}", "[]", "\"a\"", "7", "\u0000{}"})
  void aHeaderThatDoesNotStartWithABrace(String header) throws IOException {
    write(header, 0);
    assertTrue(refusal().contains("'{'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{'a'}",
        "{} {}",
        "{}x",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}",
        "{'a':{'dtype':'F32','shape':[2,],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[02],'data_offsets':[0,8]}}",
        "{/* */}",
        "{}\u0000"
      })
  void aHeaderThatIsNotJson(String header) throws IOException {
    write(header, 8);
    assertTrue(refusal().contains("not valid JSON"), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "ISO-8859-1"})
  void aHeaderThatIsNotUtf8(String charset) throws IOException {
    String json = ONE.replace('\'', '"').replace("\"a\"", "\"\u00e4\"");
    byte[] header = json.getBytes(Charset.forName(charset));
    write(header.length, header, new byte[8]);
    refusal();
  }

  @Test
  void aHeaderNestedWithoutEnd() throws IOException {
    write("{'a':{'more':" + "[".repeat(100_000), 0);
    assertTrue(refusal().contains("not valid JSON"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
        "{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        "{'__metadata__':{},'__metadata__':{},"
            + "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'\\u0061':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
      })
  void aNameGivenTwice(String header) throws IOException {
    write(header.replace('\'', '"'), new byte[8]);
    assertTrue(refusal().toLowerCase(java.util.Locale.ROOT).contains("duplicate"), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"F33", "f32", "FLOAT32", "", "F8", "C128", "I4"})
  void aTypeThatNobodyKnows(String dtype) throws IOException {
    write(ONE.replace("F32", dtype), 8);
    assertTrue(refusal().contains("unknown dtype"), refusal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':7}",
        "{'a':{}}",
        "{'a':{'shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':4,'shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[2]}}",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[null],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,16]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,99999999999999999999]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-0,8]}}",
        "{'a':{'dtype':{'F32':{}},'shape':[2],'data_offsets':[0,8]}}",
        "{'a':['F32',[2],[0,8],7]}",
        "{'a':['F32',[2]]}"
      })
  void anEntryThatIsNotATensor(String header) throws IOException {
    write(header, 8);
    assertTrue(refusal().contains("tensor a"), refusal());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"F32 | [3]", "F32 | [1]", "F32 | [2,2]", "F64 | [2]", "BF16 | [2]", "F32 | []"})
  void aSpanOfAnotherSize(String dtype, String shape) throws IOException {
    write(ONE.replace("F32", dtype).replace("[2]", shape), 8);
    assertTrue(refusal().contains("its span has 8"), refusal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[9223372036854775807]",
        "[4611686018427387904,2]",
        "[4294967296,4294967296]",
        "[3037000500,3037000500]",
        "[2305843009213693952]",
        "[18446744073709551616]"
      })
  void aSizeThatOverflows(String shape) throws IOException {
    write(ONE.replace("[2]", shape).replace("[0,8]", "[0,0]"), 0);
    assertTrue(refusal().contains("tensor a"), refusal());
  }

  private static String two(int begin1, int end1, int begin2, int end2) {
    return ("{'a':{'dtype':'U8','shape':[%d],'data_offsets':[%d,%d]},"
            + "'b':{'dtype':'U8','shape':[%d],'data_offsets':[%d,%d]}}")
        .formatted(end1 - begin1, begin1, end1, end2 - begin2, begin2, end2);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, 2, 6, 6, b starts at byte 2", // overlap
    "0, 4, 0, 4, 4, starts at byte 0", // the same span twice
    "0, 6, 2, 4, 6, b starts at byte 2", // one inside the other
    "0, 4, 5, 9, 9, b starts at byte 5", // a hole
    "1, 4, 4, 8, 8, a starts at byte 1", // a hole at the start
    "4, 8, 0, 3, 8, a starts at byte 4", // a hole, names out of order
    "0, 4, 4, 8, 9, the file has 9 bytes of data", // bytes behind the last
    "0, 4, 4, 8, 7, the file has 7 bytes of data", // data that is cut off
    "0, 0, 0, 0, 1, the file has 1 bytes of data"
  })
  void spansThatDoNotFit(int b1, int e1, int b2, int e2, int length, String message)
      throws IOException {
    write(two(b1, e1, b2, e2), length);
    assertTrue(refusal().contains(message), refusal());
  }

  @Test
  void spansInAnyOrderOfNames() throws IOException {
    write(two(4, 8, 0, 4).replace("U8", "F32").replace("[4]", "[1]"), 8);
    SafetensorsFile.open(file()).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "'x'", "[]", "{'a':1}", "{'a':null}", "{'a':{'b':'c'}}"})
  void metadataThatIsNotStrings(String metadata) throws IOException {
    write("{'__metadata__':" + metadata + "}", 0);
    assertTrue(refusal().contains("__metadata__"), refusal());
  }

  @Test
  void metadataOfStrings() throws IOException {
    write(ONE.replaceFirst("\\{", "{'__metadata__':{'format':'pt'},"), 8);
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      assertEquals(Set.of("a"), file.names());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'more':[{'b':null}],'less':-1e3}}",
        "{'a':['F32',[2],[0,8]]}",
        "{'a':{'dtype':{'F32':null},'shape':[2],'data_offsets':[0,8]}}",
        "{'__metadata__':null,'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        "{'b':{'dtype':'F32','shape':[0,18446744073709551615],'data_offsets':[0,0]},"
            + "'a':{'dtype':'F4','shape':[2,8],'data_offsets':[0,8]}}"
      })
  void oddFormsThatPythonTakes(String header) throws IOException {
    write(header, 8);
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      assertTrue(file.names().contains("a"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"'\\ud800'", "1e999", "'\u0007'", "01", "NaN", "'\\x41'"})
  void valuesThatPythonRefusesAnywhere(String value) throws IOException {
    write(ONE.replace("'shape'", "'more':" + value + ",'shape'"), 8);
    assertTrue(refusal().contains("not valid JSON"), refusal());
  }

  @Test
  void partsOfAByte() throws IOException {
    write("{'a':{'dtype':'F6_E2M3','shape':[3],'data_offsets':[0,2]}}", 2);
    assertTrue(refusal().contains("takes 18 bits"), refusal());
  }

  private float[] values(String dtype, byte[] data, int count) throws IOException {
    write(
        "{\"a\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(dtype, count, data.length),
        data);
    try (SafetensorsFile file = SafetensorsFile.open(file());
        NDArray tensor = file.read("a", manager)) {
      assertEquals(DataType.FLOAT32, tensor.getDataType());
      return tensor.toFloatArray();
    }
  }

  /** Those that the format has and no weights are of: the file opens, reading one names it. */
  @ParameterizedTest
  @CsvSource({
    "BOOL, 8",
    "F4, 4",
    "F6_E2M3, 6",
    "F6_E3M2, 6",
    "U8, 8",
    "I8, 8",
    "F8_E5M2, 8",
    "F8_E4M3, 8",
    "F8_E8M0, 8",
    "F8_E4M3FNUZ, 8",
    "F8_E5M2FNUZ, 8",
    "I16, 16",
    "U16, 16",
    "I32, 32",
    "U32, 32",
    "C64, 64",
    "I64, 64",
    "U64, 64"
  })
  void otherTypesOpenButAreNotReadAsWeights(String dtype, int bits) throws IOException {
    write(
        ONE.replace("F32", dtype).replace("[2]", "[8]").replace("[0,8]", "[0," + bits + "]"), bits);
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      UserException error = assertThrows(UserException.class, () -> file.read("a", manager));
      assertTrue(error.getMessage().contains("tensor a is " + dtype), error.getMessage());
      assertTrue(error.getMessage().contains("F64, F32, F16, BF16"), error.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"F4, [3], 1", "F4, [3], 2", "F4, [], 1", "F6_E2M3, [2], 2"})
  void bitsThatDoNotEndAtAByte(String dtype, String shape, int bytes) throws IOException {
    write(
        ONE.replace("F32", dtype).replace("[2]", shape).replace("[0,8]", "[0," + bytes + "]"),
        bytes);
    assertTrue(refusal().contains(" bits, its span has"), refusal());
  }

  @Test
  void valuesOfF64() throws IOException {
    double[] doubles = {0, -0.0, Math.PI, -1e-300, 1e300, 0x1p-149, Double.NaN, -1.0 / 0};
    ByteBuffer bytes = ByteBuffer.allocate(8 * doubles.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(doubles).forEach(bytes::putDouble);
    float[] rounded = values("F64", bytes.array(), doubles.length);
    try (SafetensorsFile file = SafetensorsFile.open(file());
        NDArray exact = file.read("a", DataType.FLOAT64, manager)) {
      assertArrayEquals(doubles, exact.toDoubleArray());
    }
    for (int i = 0; i < doubles.length; i++) {
      assertEquals(Float.floatToIntBits((float) doubles[i]), Float.floatToIntBits(rounded[i]));
    }
  }

  private static byte[] allShorts() {
    ByteBuffer bytes = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, 1 << 16).forEach(i -> bytes.putShort((short) i));
    return bytes.array();
  }

  private static void assertSame(double expected, float actual, int bits) {
    String what = Integer.toHexString(bits);
    if (Double.isNaN(expected)) {
      assertTrue(Float.isNaN(actual), what);
    } else {
      assertEquals(Float.floatToIntBits((float) expected), Float.floatToIntBits(actual), what);
    }
  }

  @Test
  void everyValueOfF16() throws IOException {
    float[] values = values("F16", allShorts(), 1 << 16);
    for (int bits = 0; bits < 1 << 16; bits++) {
      double sign = bits >> 15 == 0 ? 1 : -1;
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      double expected =
          exponent == 31
              ? (fraction == 0 ? sign / 0 : Double.NaN)
              : exponent == 0
                  ? sign * fraction * Math.pow(2, -24)
                  : sign * (1024 + fraction) * Math.pow(2, exponent - 25);
      assertSame(expected, values[bits], bits);
    }
  }

  @Test
  void everyValueOfBf16() throws IOException {
    float[] values = values("BF16", allShorts(), 1 << 16);
    for (int bits = 0; bits < 1 << 16; bits++) {
      double sign = bits >> 15 == 0 ? 1 : -1;
      int exponent = bits >> 7 & 255;
      int fraction = bits & 127;
      double expected =
          exponent == 255
              ? (fraction == 0 ? sign / 0 : Double.NaN)
              : exponent == 0
                  ? sign * fraction * Math.pow(2, -133)
                  : sign * (128 + fraction) * Math.pow(2, exponent - 134);
      assertSame(expected, values[bits], bits);
    }
  }

  @Test
  void bitsOfF32() throws IOException {
    int[] bits = {0, 1 << 31, 1, 0x007fffff, 0x7f7fffff, 0x7f800000, 0xff800000, 0x3f800001};
    ByteBuffer bytes = ByteBuffer.allocate(4 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(bits).forEach(bytes::putInt);
    float[] values = values("F32", bytes.array(), bits.length);
    for (int i = 0; i < bits.length; i++) {
      assertEquals(bits[i], Float.floatToRawIntBits(values[i]));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model.bin", "model.pt", "model.pth", "last.ckpt", "a.pkl"})
  void pickledFilesAreRefusedWithTheWayOut(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0});
    UserException error = assertThrows(UserException.class, () -> SafetensorsFile.open(file));
    assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
    assertTrue(error.getMessage().contains("torch.load('" + name + "'"), error.getMessage());
    assertTrue(error.getMessage().contains(".save_file(tensors, '"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  /** Three tensors around 2 GiB, one of them across it; most of the file is a hole. */
  @Test
  void tensorsAroundTwoGigabytes() throws IOException {
    long[] starts = {(1L << 31) - 12, (1L << 31) - 4, (3L << 30) - 8};
    StringBuilder header = new StringBuilder("{");
    long end = 0;
    for (int i = 0; i < starts.length; i++) {
      header.append(
          "'hole%d':{'dtype':'U8','shape':[%d],'data_offsets':[%d,%d]},"
              .formatted(i, starts[i] - end, end, starts[i]));
      end = starts[i] + 8;
      header.append(
          "'t%d':{'dtype':'F32','shape':[2],'data_offsets':[%d,%d]},".formatted(i, starts[i], end));
    }
    header.setCharAt(header.length() - 1, '}');
    write(header.toString(), 0);
    try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
      raw.setLength(8 + header.length() + (3L << 30));
      for (int i = 0; i < starts.length; i++) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        raw.seek(8 + header.length() + starts[i]);
        raw.write(bytes.putFloat(i + 0.5f).putFloat(-i).array());
      }
    }
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      for (int i = 0; i < starts.length; i++) {
        assertArrayEquals(new float[] {i + 0.5f, -i}, file.read("t" + i, manager).toFloatArray());
      }
    }
  }

  /** The tensor itself, and little beside it: on the heap, and outside it. */
  @Test
  void aTensorIsInMemoryOnce() throws IOException {
    int count = 48 << 20;
    write(ONE.replace("[2]", "[" + count + "]").replace("[0,8]", "[0," + 4L * count + "]"), 0);
    try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
      raw.setLength(raw.length() + 4L * count);
    }
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long beside = 64L << 20;
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      long outside = direct.getMemoryUsed();
      long heap = thread.getCurrentThreadAllocatedBytes();
      try (NDArray tensor = file.read("a", manager)) {
        assertEquals(count, tensor.size());
        assertTrue(direct.getMemoryUsed() - outside <= 4L * count + beside);
        assertTrue(thread.getCurrentThreadAllocatedBytes() - heap <= beside);
      }
    }
  }

  /** Most of the file is a hole of the file system. */
  @Test
  void tensorsBehindFourGigabytes() throws IOException {
    long far = 5L << 30;
    String header =
        "{'big':{'dtype':'U8','shape':[%d],'data_offsets':[0,%d]},"
            .formatted(far, far)
            .concat("'small':{'dtype':'F32','shape':[2],'data_offsets':[%d,%d]}}")
            .formatted(far, far + 8)
            .replace('\'', '"');
    write(header, new byte[0]);
    ByteBuffer last = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    last.putFloat(1.5f).putFloat(-2);
    try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
      raw.seek(8 + header.length() + far);
      raw.write(last.array());
    }
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      assertArrayEquals(new float[] {1.5f, -2}, file.read("small", manager).toFloatArray());
    }
  }

  private SortedMap<String, NDArray> tensors(NDManager owner) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    tensors.put(
        "z", owner.create(new float[] {1, -0f, Float.MIN_VALUE, 3e38f}, new Shape(2, 1, 2)));
    tensors.put("a \"quoted\"\\ \u00e4\u4e16", owner.create(new float[] {7}));
    tensors.put("scalar", owner.create(4.25f));
    tensors.put("b", owner.create(new float[] {9, 8, 7}));
    return tensors;
  }

  private static byte[] written(SortedMap<String, NDArray> tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(tensors, out);
    return out.toByteArray();
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    SortedMap<String, NDArray> tensors = tensors(manager);
    Files.write(file(), written(tensors));
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      assertEquals(tensors.keySet(), file.names());
      for (String name : tensors.keySet()) {
        assertEquals(tensors.get(name).getShape(), file.shape(name));
        assertArrayEquals(
            tensors.get(name).toFloatArray(), file.read(name, manager).toFloatArray(), 0);
      }
    }
  }

  @Test
  void equalTensorsGiveEqualBytes() throws IOException {
    byte[] bytes = written(tensors(manager));
    try (NDManager other = Torch.newManager()) {
      SortedMap<String, NDArray> again = new TreeMap<>(new HashMap<>(tensors(other)));
      assertArrayEquals(bytes, written(again));
    }
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, header % 8, "data is aligned");
    SortedMap<String, NDArray> one = new TreeMap<>();
    one.put("w", manager.create(new float[] {1, 2}));
    String expected = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    byte[] small = written(one);
    assertEquals(expected, new String(small, 8, small.length - 16, StandardCharsets.UTF_8).strip());
    ByteBuffer data = ByteBuffer.wrap(small, small.length - 8, 8).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(1f, data.getFloat());
    assertEquals(2f, data.getFloat());
  }

  @Test
  void doublesAreWrittenAsF64() throws IOException {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    tensors.put("d", manager.create(new double[] {Math.PI, 1e-300}));
    byte[] bytes = written(tensors);
    assertTrue(new String(bytes, StandardCharsets.ISO_8859_1).contains("\"F64\""));
    ByteBuffer data = ByteBuffer.wrap(bytes, bytes.length - 16, 16).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(Math.PI, data.getDouble());
    assertEquals(1e-300, data.getDouble());
  }

  /** The paper's point: a task of T5-base in a file of under 600 KB. */
  @Test
  void compacterPlusPlusOfT5BaseIsSmall() {
    SortedMap<String, Parameter> trainable = new TreeMap<>();
    Methods.parse("compacter++")
        .trainable(T5Config.base(), "sst2")
        .forEach((name, shape) -> trainable.putAll(parameters(name, shape)));
    AdapterFile.write(file(), trainable);
    long bytes = file().toFile().length();
    assertTrue(bytes > 400_000 && bytes < 600_000, bytes + " bytes");
  }

  private SortedMap<String, Parameter> parameters(String name, Shape shape) {
    Parameter parameter = Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
    parameter.setArray(manager.zeros(shape));
    return new TreeMap<>(java.util.Map.of(name, parameter));
  }

  @Test
  void anAdapterFileMustHoldJustTheTensors() throws IOException {
    SortedMap<String, Parameter> right = parameters("w", new Shape(2, 3));
    AdapterFile.write(file(), right);
    AdapterFile.read(file(), right);
    SortedMap<String, Parameter> more = parameters("v", new Shape(1));
    more.putAll(right);
    assertTrue(adapterRefusal(more).contains("tensor v is missing"));
    assertTrue(
        adapterRefusal(parameters("w", new Shape(3, 2))).contains("tensor w has shape (2, 3)"));
    assertTrue(adapterRefusal(parameters("u", new Shape(2, 3))).contains("unexpected tensor w"));
  }

  private String adapterRefusal(SortedMap<String, Parameter> trainable) {
    UserException error =
        assertThrows(UserException.class, () -> AdapterFile.read(file(), trainable));
    assertTrue(error.getMessage().startsWith(file().toString()), error.getMessage());
    return error.getMessage();
  }
}
