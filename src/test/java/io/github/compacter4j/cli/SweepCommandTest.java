package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of processes that are killed, that share a folder, and whose runs fail. */
@ExtendWith(OneThread.class)
class SweepCommandTest {
  private static final String[] TWELVE = {
    "methods: [bitfit, compacter++, norms, lowrank]", "seeds: [1, 2, 3]"
  };

  @TempDir Path folder;

  private String[] command(Path yaml, String runs, String... more) {
    List<String> arguments = new ArrayList<>(List.of("sweep", yaml.toString(), "--threads", "1"));
    arguments.addAll(List.of("--out", folder.resolve(runs).toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private Process spawn(Path yaml, String runs) throws IOException {
    return new ChildProcess(Main.class)
        .of(List.of(command(yaml, runs)))
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

  /** The processes that have worked on each cell. */
  private Map<String, List<String>> starts(String runs) {
    return files(folder.resolve(runs).resolve(".claims/soup"), "*.lock").stream()
        .collect(
            Collectors.toMap(
                file -> file.getFileName().toString(),
                file -> read(file).lines().map(line -> line.split(" ")[2]).toList()));
  }

  @Test
  void aSweepKilledTwiceGivesTheTableOfOneNeverKilled() throws Exception {
    Path yaml = TinySweep.yaml(folder, TWELVE);
    assertEquals(12, here(command(yaml, "whole", "--json")).json().size());
    for (int done : List.of(2, 6)) {
      Process process = spawn(yaml, "killed");
      waitFor("killed", done, process);
      process.destroyForcibly().waitFor(); // SIGKILL
      long left = finished("killed");
      assertTrue(left >= done && left < 12, left + " finished before the kill");
    }
    Answer end = here(command(yaml, "killed"));
    assertEquals(0, end.status(), end.err());
    Map<String, JsonNode> whole = results("whole");
    assertEquals(12, whole.size());
    assertEquals(whole, results("killed"));
    long starts = starts("killed").values().stream().mapToLong(List::size).sum();
    assertTrue(starts >= 12 && starts <= 14, starts + " starts");
  }

  @Test
  void workersRunEveryCellOnceAndOneThatIsKilledIsReplaced() throws Exception {
    CompletableFuture<Answer> sweep = twoWorkers();
    while (pids("shared").isEmpty()) {
      assertFalse(sweep.isDone());
      Thread.sleep(5);
    }
    ProcessHandle victim = ProcessHandle.of(Long.parseLong(pids("shared").get(0))).orElseThrow();
    assertNotEquals(ProcessHandle.current(), victim);
    victim.destroyForcibly();
    assertEveryCellRanOnce(sweep.get(), victim);
  }

  @Test
  void aWorkerThatIsKilledBeforeItHasACellIsReplacedToo() throws Exception {
    assumeTrue(Files.exists(commandLine(ProcessHandle.current())), "skipped: no /proc here");
    CompletableFuture<Answer> sweep = twoWorkers();
    Optional<ProcessHandle> victim = Optional.empty();
    while (victim.isEmpty()) {
      assertFalse(sweep.isDone());
      victim = ProcessHandle.current().children().filter(this::isWorker).findFirst();
    }
    assertTrue(pids("shared").isEmpty());
    victim.get().destroyForcibly();
    assertEveryCellRanOnce(sweep.get(), victim.get());
  }

  private CompletableFuture<Answer> twoWorkers() {
    Path yaml = TinySweep.yaml(folder, TWELVE);
    return CompletableFuture.supplyAsync(() -> here(command(yaml, "shared", "--workers", "2")));
  }

  private static Path commandLine(ProcessHandle process) {
    return Path.of("/proc", Long.toString(process.pid()), "cmdline");
  }

  /** Whether it has become a worker; {@code info()} leaves long command lines out. */
  private boolean isWorker(ProcessHandle process) {
    try {
      return Files.readString(commandLine(process), StandardCharsets.ISO_8859_1)
          .contains("--worker");
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private void assertEveryCellRanOnce(Answer answer, ProcessHandle victim) {
    assertEquals(0, answer.status(), answer.err());
    assertEquals(12, finished("shared"));
    String killed = Long.toString(victim.pid());
    starts("shared")
        .forEach(
            (cell, pids) -> {
              long others = pids.stream().filter(pid -> !pid.equals(killed)).count();
              assertTrue(others <= 1, cell + pids);
            });
  }

  private List<String> pids(String runs) {
    return starts(runs).values().stream().flatMap(List::stream).toList();
  }

  @Test
  void twoCommandsOnOneFolderRunNoCellTwice() throws Exception {
    Path yaml = TinySweep.yaml(folder, TWELVE);
    Process other = spawn(yaml, "both");
    waitFor("both", 1, other);
    Answer mine = here(command(yaml, "both"));
    assertEquals(0, mine.status(), mine.err());
    assertEquals(0, other.waitFor(), () -> read(folder.resolve("err")));
    Map<String, List<String>> starts = starts("both");
    assertEquals(12, starts.size());
    starts.forEach((cell, pids) -> assertEquals(1, pids.size(), cell));
    assertEquals(2, pids("both").stream().distinct().count(), starts.toString());
  }

  @Test
  void aFailedRunIsToldAtTheEnd() {
    Path yaml = TinySweep.yaml(folder, "methods: [\"phm[n=7]\", bitfit]");
    Answer answer = here(command(yaml, "failed", "--json"));
    assertEquals(1, answer.status());
    assertEquals(1, answer.document().size());
    assertEquals("bitfit", answer.document().get(0).required("method").asText());
    assertTrue(answer.err().contains("failed: soup/phm-n=7-s42: d_model 192"), answer.err());
    assertTrue(answer.err().contains("compacter4j: 1 of 2 runs failed"), answer.err());
    String table = here(command(yaml, "failed")).out();
    assertTrue(table.contains("1 done, 0 running, 1 failed, 0 left"), table);
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
