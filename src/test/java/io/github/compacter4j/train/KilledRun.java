package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.run.MetricsLine;
import io.github.compacter4j.run.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A run folder that processes of {@code train --resume} fill and die over. */
final class KilledRun {
  static final int STEPS = 24;
  private static final int EVALUATION_STEPS = 2;

  /** Most of a short process is starting; the simpler compiler starts faster. */
  private static final List<String> OPTIONS = List.of("-XX:TieredStopAtLevel=1");

  private final Path folder;
  private final Path data;
  private Process process;

  KilledRun(Path folder, Path data) {
    this.folder = folder;
    this.data = data;
  }

  Path folder() {
    return folder;
  }

  /** Starts or resumes it, and waits until it trains. */
  void start() throws IOException {
    Object before = metricsFile();
    process =
        CommandLineProcess.of(OPTIONS, arguments())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors().toFile())
            .start();
    await(() -> metricsFile() != null && !metricsFile().equals(before));
  }

  private String[] arguments() {
    return ("train --task sst2 --method adapter --resume --seed 5 --threads 1 --batch-size 4 --data "
            + data
            + " --out "
            + folder
            + " --steps "
            + STEPS
            + " --eval-steps "
            + EVALUATION_STEPS)
        .split(" ");
  }

  private Path errors() {
    return folder.resolveSibling(folder.getFileName() + ".err");
  }

  /** What tells one metrics file from the next of the same name; null if there is none. */
  private Object metricsFile() {
    try {
      return Files.readAttributes(folder.resolve("metrics.jsonl"), BasicFileAttributes.class)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for something, or for the end of the process; what is waited for may be short. */
  void await(BooleanSupplier condition) {
    while (process.isAlive() && !condition.getAsBoolean()) {
      LockSupport.parkNanos(50_000);
    }
  }

  /** Waits for so many lines of metrics, and then some time. */
  void await(int metricsLines, long nanos) {
    while (process.isAlive() && lines() < metricsLines) {
      LockSupport.parkNanos(1_000_000);
    }
    long end = System.nanoTime() + nanos;
    await(() -> System.nanoTime() >= end);
  }

  /** Lines of metrics now. */
  int lines() {
    try {
      return (int)
          Files.readString(folder.resolve("metrics.jsonl")).chars().filter(c -> c == '\n').count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Kills the process by SIGKILL; false if it had ended already, which must have been well. */
  boolean kill() throws IOException, InterruptedException {
    boolean alive = process.isAlive();
    process.destroyForcibly();
    int status = process.waitFor();
    boolean killed = alive && status == 128 + 9;
    if (!killed) {
      assertEquals(0, status, Files.readString(errors()));
    }
    return killed;
  }

  /** Waits for the end, which must be a good one. */
  void finish() throws IOException, InterruptedException {
    assertEquals(0, process.waitFor(), Files.readString(errors()));
  }

  private Path checkpoints() {
    return folder.resolve("checkpoint");
  }

  /** The step that LATEST names; 0 if there is none. */
  int latest() throws IOException {
    Path latest = checkpoints().resolve("LATEST");
    return Files.exists(latest) ? step(Files.readString(latest)) : 0;
  }

  private static int step(String name) {
    return Integer.parseInt(name.substring("step-".length()));
  }

  /** The folder that the next checkpoint will be written into. */
  Path nextCheckpoint() throws IOException {
    return checkpoints().resolve("step-" + (latest() + EVALUATION_STEPS));
  }

  /** Whether what lies there shows that a checkpoint was being written. */
  boolean diedInCheckpoint() throws IOException {
    return !unfinishedCheckpoint().isEmpty();
  }

  /**
   * Files of a checkpoint that LATEST does not name yet, and of LATEST where it is half-written.
   */
  private List<String> unfinishedCheckpoint() throws IOException {
    int latest = latest();
    return files().stream()
        .filter(name -> name.startsWith("checkpoint/"))
        .filter(
            name ->
                name.endsWith(".part")
                    || name.contains("step-") && step(name.split("/")[1]) > latest)
        .toList();
  }

  /** All files below the folder. */
  List<String> files() throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /** Where the process died, from what it left. */
  String place() throws IOException {
    List<String> unfinished = unfinishedCheckpoint();
    if (!unfinished.isEmpty()) {
      return "in the checkpoint of " + unfinished;
    }
    List<String> parts = files().stream().filter(name -> name.endsWith(".part")).toList();
    if (!parts.isEmpty()) {
      return "in the write of " + parts;
    }
    List<MetricsLine> metrics = new RunFolder(folder).readMetrics();
    if (metrics.isEmpty()) {
      return "in step 1";
    }
    MetricsLine last = metrics.get(metrics.size() - 1);
    if (last.validation() == null && last.step() % EVALUATION_STEPS == 0) {
      return "in the evaluation after step " + last.step();
    }
    return last.step() == STEPS ? "in the last evaluations" : "in step " + (last.step() + 1);
  }

  /** All that has its final name can be read, and the latest checkpoint is whole. */
  void assertReadable() throws IOException {
    RunFolder run = new RunFolder(folder);
    assertEquals(STEPS, run.readConfig().protocol().maxSteps());
    run.readMetrics();
    for (String name : files()) {
      if (name.endsWith(".safetensors")) {
        SafetensorsFile.open(folder.resolve(name)).close();
      } else if (name.endsWith(".json")) {
        assertTrue(new ObjectMapper().readTree(folder.resolve(name).toFile()).isObject(), name);
      }
    }
    int latest = latest();
    if (latest > 0) {
      List<String> files = files();
      for (String name : List.of("trainable.safetensors", "optimizer.safetensors", "state.json")) {
        assertTrue(files.contains("checkpoint/step-" + latest + "/" + name), files.toString());
      }
    }
  }

  /** Contents of all files, by name, without what equal runs do not share. */
  Map<String, Object> outcome() throws IOException {
    Map<String, Object> outcome = new TreeMap<>();
    for (String name : files()) {
      outcome.put(
          name,
          switch (name) {
            case "result.json" -> json(name, "measures");
            case "provenance.json" -> json(name, "command");
            default ->
                Files.readString(folder.resolve(name), StandardCharsets.ISO_8859_1); // any bytes
          });
    }
    return outcome;
  }

  private ObjectNode json(String name, String without) throws IOException {
    ObjectNode node = (ObjectNode) new ObjectMapper().readTree(folder.resolve(name).toFile());
    assertNotNull(node.remove(without), name);
    return node;
  }
}
