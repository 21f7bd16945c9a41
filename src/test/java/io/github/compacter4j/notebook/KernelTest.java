package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kernel behind a real Jupyter client: what a reader sees, Tab and Stop included. */
class KernelTest {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Path PYTHON = python();

  @TempDir Path kernels;

  private static Path python() {
    String chosen = System.getenv("COMPACTER4J_PYTHON");
    return chosen == null ? HOME.resolve(".venv/bin/python") : Path.of(chosen);
  }

  @Test
  void specificationNamesThisJavaAndInterruptsByMessage() throws IOException {
    JsonNode kernel = new ObjectMapper().readTree(KernelInstaller.install(HOME, kernels).toFile());
    assertEquals("message", kernel.get("interrupt_mode").asText());
    assertEquals("Java (compacter4j)", kernel.get("display_name").asText());
    assertTrue(kernel.get("argv").get(0).asText().startsWith(System.getProperty("java.home")));
    assertEquals(HOME.toString(), kernel.get("env").get("COMPACTER4J_HOME").asText());
    assertEquals("4", kernel.get("env").get("MALLOC_ARENA_MAX").asText());
  }

  @Test
  void theCommandInstallsAndRemoves() {
    List<String> prefix = List.of("--prefix", kernels.toString());
    Path file = kernels.resolve("share/jupyter/kernels/compacter4j/kernel.json");
    assertEquals(file.toString(), kernel("install", prefix));
    assertTrue(Files.exists(file));
    String json = "{%n  \"path\" : \"%s\"%n}".formatted(file);
    assertEquals(json, kernel("remove", List.of("--json", prefix.get(0), prefix.get(1))));
    assertFalse(Files.exists(file.getParent()));
    UserException gone = assertThrows(UserException.class, () -> kernel("remove", prefix));
    assertEquals("no kernel is installed here: " + file, gone.getMessage());
    UserException wrong = assertThrows(UserException.class, () -> kernel("instal", prefix));
    assertTrue(
        wrong.getMessage().startsWith("kernel: expected install or remove"), wrong.getMessage());
    assertThrows(UserException.class, () -> kernel("install", List.of("--prefix")));
  }

  private static String kernel(String verb, List<String> more) {
    return KernelInstaller.run(HOME, Stream.concat(Stream.of(verb), more.stream()).toList());
  }

  @Test
  void aReaderSeesWhatIsPromised() throws Exception {
    passes("kernel_check.py");
  }

  @Test
  void aKernelWhoseParentWasKilledEnds() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")), "reads Linux's processes");
    passes("orphan_check.py");
  }

  @Test
  void nbconvertGetsAllLinesAndWhyACellFailed() throws Exception {
    passes("nbconvert_check.py");
  }

  @Test
  void papermillSetsParameters() throws Exception {
    passes("papermill_check.py");
  }

  private void passes(String script) throws Exception {
    assumeTrue(
        Files.isExecutable(PYTHON),
        "no Jupyter at " + PYTHON + "; ./compacter4j test installs it first");
    KernelInstaller.install(HOME, kernels);
    Process process =
        new ProcessBuilder(PYTHON.toString(), "src/test/python/" + script, kernels.toString())
            .redirectErrorStream(true)
            .start();
    String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the check does not end");
    System.out.print(report);
    assertEquals(0, process.exitValue(), report);
  }
}
