package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.Home;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.sweep.Sweep;
import io.github.compacter4j.sweep.TinySweep;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A sweep on a real Slurm of two nodes, through what clusters do to jobs. */
@ExtendWith(OneThread.class)
class SlurmSweepTest {
  private static final String ADVICE =
      "needs root and Slurm (Debian: apt-get install slurmctld slurmd slurm-client munge)";
  private static final Path SCRIPTS = Home.folder().orElseThrow().resolve("src/test/slurm");
  private static final String IMPOSSIBLE = "soup/phm-n=7-s42";

  @TempDir static Path slurm;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    boolean possible =
        Stream.of("slurmctld", "slurmd", "sbatch", "munged").allMatch(SlurmSweepTest::isThere)
            && run("id", "-u").equals("0");
    if (System.getenv("CI") != null) {
      assertTrue(possible, ADVICE);
    }
    assumeTrue(possible, "skipped: " + ADVICE);
    run(SCRIPTS.resolve("start.sh").toString(), slurm.toString());
  }

  @AfterAll
  static void stop() throws Exception {
    if (Files.exists(slurm.resolve("slurm.conf"))) {
      run(SCRIPTS.resolve("stop.sh").toString(), slurm.toString());
    }
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  /** What a program that succeeds prints. */
  private static String run(String... command) throws IOException, InterruptedException {
    Path err = Files.createTempFile(slurm, "err", "");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().put("SLURM_CONF", slurm.resolve("slurm.conf").toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + text(err));
    return out.strip();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Path yaml(int cellsPerTask) {
    return TinySweep.yaml(
        folder,
        60,
        "methods: [bitfit, compacter++, norms, \"phm[n=7]\", lowrank, adapter]",
        "slurm: {time: \"00:10:00\", cellsPerTask: %d, extra: [--exclusive, --hold]}"
            .formatted(cellsPerTask));
  }

  private Path runs() {
    return folder.resolve("runs");
  }

  private JsonNode send(int cellsPerTask) throws Exception {
    return sweep(cellsPerTask, "--engine", "slurm");
  }

  private JsonNode sweep(int cellsPerTask, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("sweep", yaml(cellsPerTask).toString()));
    arguments.addAll(List.of("--out", runs().toString(), "--json"));
    arguments.addAll(List.of(more));
    ProcessBuilder builder = CommandLineProcess.of(arguments.toArray(String[]::new));
    return Answer.JSON.readTree(run(builder.command().toArray(String[]::new)));
  }

  private Map<String, JsonNode> status() throws Exception {
    Map<String, JsonNode> status = new TreeMap<>();
    sweep(1, "--status").forEach(row -> status.put(row.required("cell").asText(), row));
    return status;
  }

  private static String state(JsonNode row) {
    return row.required("state").asText();
  }

  private static void assertState(String state, JsonNode row) {
    assertEquals(state, state(row), row.toString());
  }

  private static String job(JsonNode sent) {
    return sent.required("jobs").get(0).required("job").asText();
  }

  private static String table(JsonNode sent) {
    return sent.required("jobs").get(1).required("job").asText();
  }

  /** Lets jobs run, which are sent on hold. */
  private static void release(String... jobs) throws Exception {
    run("scontrol", "release", String.join(",", jobs));
  }

  private static String queued(String job) throws Exception {
    return run("squeue", "--array", "--noheader", "--format=%T", "--jobs=" + job);
  }

  /**
   * Sends what {@code --signal} sends before the limit. This Slurm does so, answers that it could
   * not, and would be asked again.
   */
  private static void warn(String job) throws Exception {
    run("sh", "-c", "timeout 2 scancel --batch --signal=USR1 " + job + " || true");
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.sleep(50);
    }
  }

  private boolean hasSteps(String cell) {
    return new RunFolder(runs().resolve(cell)).lastMetrics().filter(m -> m.step() > 2).isPresent();
  }

  private Map<String, JsonNode> results(Path sweep, List<String> cells) throws IOException {
    Map<String, JsonNode> results = new TreeMap<>();
    for (String cell : cells) {
      Path result = sweep.resolve(cell).resolve("result.json");
      ObjectNode json = (ObjectNode) Answer.JSON.readTree(result.toFile());
      json.remove("measures");
      json.put("adapter", Files.readAllBytes(sweep.resolve(cell).resolve("adapter.safetensors")));
      results.put(cell, json);
    }
    return results;
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void warnedKilledAndCancelledCellsGiveTheResultsOfALocalSweep() throws Exception {
    JsonNode sent = send(1);
    List<String> cells = new ArrayList<>();
    sent.required("cells").forEach(cell -> cells.add(cell.asText()));
    assertEquals(5, cells.size());
    String job = job(sent);

    Map<String, JsonNode> sentNow = status();
    assertState("impossible", sentNow.get(IMPOSSIBLE));
    for (int c = 0; c < 5; c++) {
      assertState("queued", sentNow.get(cells.get(c)));
      assertEquals(job + "_" + c, sentNow.get(cells.get(c)).required("job").asText());
    }

    // one is warned of its time limit, the node of another one goes down
    release(job + "_0", job + "_1");
    await(() -> hasSteps(cells.get(0)));
    warn(job + "_0");
    await(() -> hasSteps(cells.get(1)));
    String node = run("squeue", "--array", "--noheader", "--format=%N", "--jobs=" + job + "_1");
    run("scontrol", "update", "NodeName=" + node, "State=DOWN", "Reason=test");
    await(() -> queued(job + "_0").equals("PENDING") && queued(job + "_1").equals("PENDING"));
    Map<String, JsonNode> stopped = status();
    for (String requeued : cells.subList(0, 2)) {
      assertTrue(Set.of("queued", "running", "done").contains(state(stopped.get(requeued))));
      assertTrue(stopped.get(requeued).required("step").asInt() > 2);
      assertEquals(60, stopped.get(requeued).required("steps").asInt());
    }

    // a third one is cancelled in its midst, a fourth one before its start; both are sent again, as
    // one task
    release(job + "_2");
    await(() -> hasSteps(cells.get(2)));
    run("scancel", job + "_2", job + "_3");
    await(() -> !run("squeue", "--noheader", "--array", "--format=%i").contains(job + "_2"));
    Map<String, JsonNode> left = status();
    for (String cancelled : cells.subList(2, 4)) {
      assertState("left", left.get(cancelled));
      String note = left.get(cancelled).required("note").asText();
      assertTrue(note.contains("no longer in the queue"), note);
    }
    JsonNode again = send(2);
    List<String> sentAgain = new ArrayList<>();
    again.required("cells").forEach(cell -> sentAgain.add(cell.asText()));
    assertEquals(cells.subList(2, 4), sentAgain);
    assertEquals(1, again.at("/jobs/0/tasks").asInt());
    release(job + "_4", table(sent), job(again), table(again));

    await(() -> run("squeue", "--noheader").isEmpty());
    Map<String, JsonNode> end = status();
    cells.forEach(cell -> assertState("done", end.get(cell)));
    for (JsonNode submission : List.of(sent, again)) {
      String table = text(Path.of(submission.required("folder").asText(), "table.log"));
      assertTrue(table.contains(IMPOSSIBLE) && table.contains("d_model 192"), table);
      assertTrue(table.contains("1 of 6 runs failed"), table);
    }
    Path local = folder.resolve("local");
    Sweep.read(yaml(1)).in(local).run();
    assertEquals(results(local, cells), results(runs(), cells));
  }
}
