package io.github.compacter4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.sun.management.ThreadMXBean;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exact values of every type, far into large files, and no copy of them in memory. */
class SafetensorsValuesTest extends SafetensorsFixture {
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
}
