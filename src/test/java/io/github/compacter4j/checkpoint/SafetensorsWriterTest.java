package io.github.compacter4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.torch.Torch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Files that are read back, whose bytes depend on nothing but the tensors. */
class SafetensorsWriterTest extends SafetensorsFixture {
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
