package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunLock;
import io.github.compacter4j.sweep.Sweep;
import io.github.compacter4j.sweep.SweepState;
import io.github.compacter4j.sweep.TinySweep;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of processes that are killed, that share a folder, and whose runs fail. */
@ExtendWith(OneThread.class)
class SweepCommandTest {
  private static final String[] SIX = {"methods: [bitfit, compacter++]", "seeds: [1, 2, 3]"};

  @TempDir Path folder;

  private String[] command(Path yaml, String runs, String... more) {
    List<String> arguments = new ArrayList<>(List.of("sweep", yaml.toString(), "--threads", "1"));
    arguments.addAll(List.of("--out", folder.resolve(runs).toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private Process spawn(Path yaml, String runs, String... more) throws IOException {
    return new ChildProcess(Main.class)
        .of(List.of(command(yaml, runs, more)))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  /** The files that the cells have; others come and go meanwhile. */
  private List<Path> files(Path parent, String glob) {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, glob)) {
        entries.forEach(files::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  private List<Path> finishedCells(String runs) {
    return files(folder.resolve(runs).resolve("soup"), "*").stream()
        .filter(cell -> Files.exists(cell.resolve("result.json")))
        .toList();
  }

  private long finished(String runs) {
    return finishedCells(runs).size();
  }

  private void waitFor(String runs, long results, Process process) throws InterruptedException {
    while (finished(runs) < results) {
      assertTrue(process.isAlive(), () -> read(folder.resolve("err")));
      Thread.sleep(5);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every result but for its measures, by its cell. */
  private Map<String, JsonNode> results(String runs) throws IOException {
    Map<String, JsonNode> results = new TreeMap<>();
    for (Path cell : finishedCells(runs)) {
      ObjectNode result = (ObjectNode) Answer.JSON.readTree(cell.resolve("result.json").toFile());
      result.remove("measures");
      results.put(cell.getFileName().toString(), result);
    }
    return results;
  }

  /** What an undisturbed process computes. */
  private Map<String, JsonNode> undisturbed(Path yaml) throws IOException {
    Sweep.read(yaml).in(folder.resolve("whole")).run();
    return results("whole");
  }

  @Test
  void aSweepThatIsKilledGoesOnAndGivesTheTableOfOneNeverKilled() throws Exception {
    Path yaml = TinySweep.yaml(folder, SIX);
    Process process = spawn(yaml, "killed");
    waitFor("killed", 2, process);
    process.destroyForcibly().waitFor(); // SIGKILL; the process of a cell ends by itself
    long left = finished("killed");
    assertTrue(left >= 2 && left < 6, left + " finished before the kill");
    Answer end = here(command(yaml, "killed"));
    assertEquals(0, end.status(), end.err());
    Map<String, JsonNode> whole = undisturbed(yaml);
    assertEquals(6, whole.size());
    assertEquals(whole, results("killed"));
  }

  @Test
  void termLeavesACheckpointForEachRunningCellAndNoStepIsTakenTwice() throws Exception {
    Path yaml = TinySweep.yaml(folder, 300, "methods: [bitfit, compacter++]");
    Process process = spawn(yaml, "stopped", "--workers", "2");
    while (steps("stopped").size() < 2 || steps("stopped").values().stream().anyMatch(s -> s < 3)) {
      assertTrue(process.isAlive(), () -> read(folder.resolve("err")));
      Thread.sleep(5);
    }
    process.destroy(); // SIGTERM
    assertEquals(143, process.waitFor(), () -> read(folder.resolve("err")));
    assertTrue(read(folder.resolve("err")).contains("the same command goes on"));
    Map<Path, Integer> stopped = steps("stopped");
    for (Map.Entry<Path, Integer> cell : stopped.entrySet()) {
      assertEquals("step-" + cell.getValue(), read(cell.getKey().resolve("checkpoint/LATEST")));
      assertEquals(List.of(), files(cell.getKey(), "{run.lock*,*.part,failure.json}"));
    }
    SweepState state = Sweep.read(yaml).in(folder.resolve("stopped")).state();
    assertEquals("2 left", state.counts());
    assertEquals(stopped.values().iterator().next(), state.cells().get(0).step());
    assertEquals(300, state.cells().get(0).steps());
    assertEquals(0, here(command(yaml, "stopped")).status());
    assertEquals(undisturbed(yaml), results("stopped"));
  }

  /** The latest step of each cell that has one. */
  private Map<Path, Integer> steps(String runs) {
    Map<Path, Integer> steps = new TreeMap<>();
    for (Path cell : files(folder.resolve(runs).resolve("soup"), "*")) {
      new RunFolder(cell).lastMetrics().ifPresent(line -> steps.put(cell, line.step()));
    }
    return steps;
  }

  @Test
  void aCellWhoseProcessIsKilledGoesOnInAnother() throws Exception {
    assumeTrue(Files.exists(commandLine(ProcessHandle.current())), "skipped: no /proc here");
    Path yaml = TinySweep.yaml(folder, SIX);
    CompletableFuture<Answer> sweep =
        CompletableFuture.supplyAsync(() -> here(command(yaml, "shared", "--workers", "2")));
    Optional<ProcessHandle> victim = Optional.empty();
    while (victim.isEmpty()) {
      assertFalse(sweep.isDone());
      victim = ProcessHandle.current().children().filter(this::runsACell).findFirst();
    }
    Files.writeString(yaml, "methods: ["); // as an editor may leave it
    victim.get().destroyForcibly();
    Answer answer = sweep.get();
    assertEquals(0, answer.status(), answer.err());
    assertEquals(6, finished("shared"));
    assertEquals(List.of(), files(folder.resolve("shared"), ".sweep-*"));
  }

  private static Path commandLine(ProcessHandle process) {
    return Path.of("/proc", Long.toString(process.pid()), "cmdline");
  }

  /** Whether it has become the process of a cell; {@code info()} leaves long command lines out. */
  private boolean runsACell(ProcessHandle process) {
    try {
      return Files.readString(commandLine(process), StandardCharsets.ISO_8859_1).contains("--cell");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  @Test
  void twoCommandsOnOneFolderLeaveEachOtherTheirCells() throws Exception {
    Path yaml = TinySweep.yaml(folder, SIX);
    Process other = spawn(yaml, "both");
    waitFor("both", 1, other);
    Answer mine = here(command(yaml, "both"));
    assertEquals(0, mine.status(), mine.err());
    assertEquals(0, other.waitFor(), () -> read(folder.resolve("err")));
    assertEquals(undisturbed(yaml), results("both"));
  }

  @Test
  void oneCellAlone() {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit, \"phm[n=7]\"]");
    Answer done = here(command(yaml, "one", "--cell", "soup/bitfit-s42", "--json"));
    assertEquals("bitfit", done.json().required("method").asText());
    assertEquals(1, finished("one"));
    Answer failed = here(command(yaml, "one", "--cell", "soup/phm-n=7-s42"));
    assertTrue(failed.errorLine(1).contains("soup/phm-n=7-s42: d_model 192"), failed.err());
    String unknown = here(command(yaml, "one", "--cell", "soup/bitfit-s43")).errorLine(2);
    assertTrue(unknown.contains("did you mean 'soup/bitfit-s42'?"), unknown);
  }

  @Test
  void aCellThatAnotherProcessRunsIsAMatterOfTryingLater() throws IOException {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit]");
    Path cell = folder.resolve("held/soup/bitfit-s42");
    try (RunLock lock = RunLock.take(cell)) {
      Path inTheMaking = Files.createFile(cell.resolve("config.json.part"));
      Answer answer = here(command(yaml, "held", "--cell", "soup/bitfit-s42"));
      assertEquals(75, answer.status(), answer.err());
      assertTrue(answer.err().contains("try again later"), answer.err());
      Files.delete(inTheMaking); // it is the other's
      assertEquals("1 running", Sweep.read(yaml).in(folder.resolve("held")).state().counts());
    }
    assertEquals("1 left", Sweep.read(yaml).in(folder.resolve("held")).state().counts());
  }

  @Test
  void aFailedRunIsToldAtTheEnd() {
    Path yaml = TinySweep.yaml(folder, "methods: [\"phm[n=7]\", bitfit]");
    Answer answer = here(command(yaml, "failed", "--json"));
    assertEquals(1, answer.status());
    assertEquals(1, answer.document().size());
    assertEquals("bitfit", answer.document().get(0).required("method").asText());
    assertTrue(answer.err().contains("impossible: soup/phm-n=7-s42: d_model 192"), answer.err());
    assertTrue(answer.err().contains("compacter4j: 1 of 2 runs failed"), answer.err());
    String table = here(command(yaml, "failed")).out();
    assertTrue(table.contains("1 done, 1 impossible"), table);
  }

  @Test
  void aPlanCountsAndMeasuresButRunsNothing() throws IOException {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit, \"phm[n=7]\"]", "sizes: [4, 8]");
    JsonNode rows = here(command(yaml, "plan", "--plan", "--json")).json();
    assertEquals(4, rows.size());
    JsonNode bitfit = rows.get(0);
    assertEquals("soup-4/bitfit-s42", bitfit.required("cell").asText());
    assertEquals(2, bitfit.required("steps").asInt());
    assertTrue(bitfit.required("trainable").asLong() > 10_000, bitfit.toString());
    assertTrue(bitfit.required("hours").asDouble() > 0, bitfit.toString());
    assertTrue(bitfit.required("memoryBytes").asLong() > 50_000_000, bitfit.toString());
    assertTrue(rows.get(1).required("error").asText().contains("not divisible by n=7"));
    assertTrue(rows.get(1).required("hours").isNull());
    assertFalse(Files.exists(folder.resolve("plan/soup-4")));
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    Path yaml = TinySweep.yaml(folder, "methods: [full]", "seed: 3");
    String line = here(command(yaml, "no")).errorLine(1);
    assertTrue(line.contains(yaml + ", line ") && line.contains("did you mean 'seeds'?"), line);
    assertTrue(here("sweep", "none.yaml").errorLine(1).contains("none.yaml"));
    here("sweep", yaml.toString(), "--workers", "0").errorLine(2);
    here("sweep").errorLine(2);
  }
}
