package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.util.Utils;
import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.torch.Torch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries in C that cannot be unpacked, and a device that is none, are told in one line. */
class NativeLibrariesTest {
  @TempDir Path folder;

  @Test
  void libtorchCannotBeUnpackedIntoAFile() throws Exception {
    Path file = Files.createFile(folder.resolve("pytorch"));
    String line = lineOf("ENGINE_CACHE_DIR", folder.toString());
    assertTrue(line.contains("libtorch cannot be unpacked into " + file), line);
    assertTrue(line.contains("ENGINE_CACHE_DIR names another folder: "), line);
  }

  @Test
  void theTokenizersLibraryCannotBeUnpackedIntoAFile() throws Exception {
    Torch.threads(); // unpacks libtorch where it is usual
    Path file = Files.createFile(folder.resolve("tokenizers"));
    Files.createSymbolicLink(folder.resolve("pytorch"), Utils.getEngineCacheDir("pytorch"));
    String line = lineOf("ENGINE_CACHE_DIR", folder.toString());
    assertTrue(line.contains(file + " cannot be written ("), line);
    assertTrue(line.contains("the tokenizers' library is unpacked there"), line);
  }

  @Test
  void aVariableThatNamesNoDevice() throws Exception {
    String line = lineOf(Torch.DEVICE_VARIABLE, "gpu");
    assertTrue(line.contains("COMPACTER4J_DEVICE: unknown device 'gpu'"), line);
  }

  /** The one line that a prediction ends with. */
  private String lineOf(String variable, String value) throws Exception {
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        CommandLineProcess.of("predict", "--model", "bundled", "--text", "good")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile());
    builder.environment().put(variable, value);
    assertNotEquals(0, builder.start().waitFor());
    String text = Files.readString(errors, StandardCharsets.UTF_8);
    assertEquals(1, text.lines().count(), text);
    assertTrue(text.startsWith("compacter4j: "), text);
    return text;
  }
}
