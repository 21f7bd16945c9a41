package io.github.compacter4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.github.compacter4j.UserException;
import io.github.compacter4j.torch.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A file to write by hand, and what opening it is refused with. */
abstract class SafetensorsFixture {
  final NDManager manager = Torch.newManager();

  @TempDir Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  final Path file() {
    return folder.resolve("a.safetensors");
  }

  final Path write(long length, byte[] header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(header).put(data);
    return Files.write(file(), bytes.array());
  }

  final Path write(String header, byte[] data) throws IOException {
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    return write(bytes.length, bytes, data);
  }

  /** A header in JSON with ' for ". */
  final Path write(String header, int dataLength) throws IOException {
    return write(header.replace('\'', '"'), new byte[dataLength]);
  }

  final String refusal() {
    UserException error =
        assertThrows(UserException.class, () -> SafetensorsFile.open(file()).close());
    assertTrue(error.getMessage().startsWith(file().toString()), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    assertFalse(error.getMessage().length() > 500, error.getMessage());
    return error.getMessage();
  }

  static final String ONE = "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}";
}
