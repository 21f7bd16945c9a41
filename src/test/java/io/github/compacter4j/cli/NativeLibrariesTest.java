package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.util.Utils;
import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.Home;
import io.github.compacter4j.torch.Torch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be unpacked, and a device that is none, are told in one line. */
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
    Path link =
        Files.createSymbolicLink(folder.resolve("pytorch"), Utils.getEngineCacheDir("pytorch"));
    String line = lineOf("ENGINE_CACHE_DIR", folder.toString());
    Files.delete(link);
    assertTrue(line.contains(file + " cannot be written ("), line);
    assertTrue(line.contains("the tokenizers' library is unpacked there"), line);
  }

  @Test
  void aVariableThatNamesNoDevice() throws Exception {
    String line = lineOf(Torch.DEVICE_VARIABLE, "gpu");
    assertTrue(line.contains("COMPACTER4J_DEVICE: unknown device 'gpu'"), line);
  }

  @Test
  void fontsCannotBeUnpackedWithoutATemporaryFolder() throws Exception {
    Path runs = Home.folder().orElseThrow().resolve("docs/results");
    List<String> options = List.of("-Djava.io.tmpdir=" + folder.resolve("none"));
    String out = folder.resolve("page.md").toString();
    String line =
        lineOf(CommandLineProcess.of(options, "results", runs.toString(), "--page", "--out", out));
    assertTrue(line.contains("no temporary folder for the chart fonts"), line);
  }

  /** The one line that a prediction ends with. */
  private String lineOf(String variable, String value) throws Exception {
    ProcessBuilder builder =
        CommandLineProcess.of("predict", "--model", "bundled", "--text", "good");
    builder.environment().put(variable, value);
    return lineOf(builder);
  }

  private String lineOf(ProcessBuilder builder) throws Exception {
    Path errors = folder.resolve("errors");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(errors.toFile());
    assertNotEquals(0, builder.start().waitFor());
    String text = Files.readString(errors, StandardCharsets.UTF_8);
    assertEquals(1, text.lines().count(), text);
    assertTrue(text.startsWith("compacter4j: "), text);
    return text;
  }
}
