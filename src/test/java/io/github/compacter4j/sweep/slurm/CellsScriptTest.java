package io.github.compacter4j.sweep.slurm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script of an array's task, with a cell's process and a Slurm that only play their parts. */
@Timeout(60)
class CellsScriptTest {
  private static final String CELL = "soup/bitfit-s42";

  /** Tells that it runs, and waits for SIGTERM. */
  private static final String TRAINS =
      "trap 'exit 143' TERM; touch begun; while :; do sleep 0.05; done";

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("cells.txt"), CELL + "\nsoup/bitfit-s43\n");
    program("scontrol", "echo \"$@\" >>calls; kill -TERM $PPID"); // Slurm ends the script
    write("./cell", 3, 1);
  }

  private void write(String command, int retries, int cellsPerTask) throws IOException {
    String head =
        "out=%s\nfrozen=%s\ncells_per_task=%d\nretries=%d\ncommand=(%s)\n"
            .formatted(folder.resolve("runs"), folder, cellsPerTask, retries, command);
    try (InputStream body = SlurmSubmission.class.getResourceAsStream("cells.sh")) {
      Files.writeString(folder.resolve("cells.sh"), head + new String(body.readAllBytes()));
    }
  }

  private void program(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/bash\n" + text + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private Process start(int restarts) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "cells.sh", "0")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
    builder.environment().put("SLURMD_NODENAME", "n1");
    builder.environment().put("SLURM_ARRAY_JOB_ID", "7");
    builder.environment().put("SLURM_ARRAY_TASK_ID", "0");
    builder.environment().put("SLURM_RESTART_COUNT", Integer.toString(restarts));
    return builder.start();
  }

  /** Sends a signal once the cell's process runs, and waits for the script. */
  private int signalled(String signal, int restarts) throws Exception {
    Process script = start(restarts);
    while (!Files.exists(folder.resolve("begun"))) {
      Thread.sleep(5);
    }
    Files.delete(folder.resolve("begun"));
    new ProcessBuilder("kill", "-" + signal, Long.toString(script.pid())).start().waitFor();
    return script.waitFor();
  }

  private List<String> requeued() throws IOException {
    Path file = folder.resolve("calls");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private Path failure() {
    return folder.resolve("runs").resolve(CELL).resolve("failure.json");
  }

  @Test
  void aTaskThatMakesNoStepsIsQueuedAgainThreeTimes() throws Exception {
    program("cell", TRAINS);
    for (int restarts = 0; restarts < 3; restarts++) {
      signalled("USR1", restarts);
      assertEquals(restarts + 1, requeued().size());
    }
    assertEquals(1, signalled("USR1", 3));
    assertEquals(List.of("requeue 7_0", "requeue 7_0", "requeue 7_0"), requeued());
    assertTrue(
        Files.readString(failure()).contains("queued again 3 times without a new step"),
        Files.readString(failure()));
    assertEquals(0, start(4).waitFor()); // nothing is left to do
  }

  @Test
  void aNewStepBringsNewTries() throws Exception {
    String latest = "runs/" + CELL + "/checkpoint/LATEST";
    program(
        "cell", "mkdir -p $(dirname %s); echo $RANDOM$RANDOM >%1$s; ".formatted(latest) + TRAINS);
    for (int restarts = 0; restarts < 5; restarts++) {
      signalled("USR1", restarts);
    }
    assertEquals(5, requeued().size());
    assertTrue(Files.notExists(failure()));
  }

  @Test
  void termStopsAndDoesNotQueueAgain() throws Exception {
    program("cell", TRAINS);
    assertEquals(143, signalled("TERM", 0));
    assertEquals(List.of(), requeued());
    assertTrue(Files.notExists(failure()));
  }

  @Test
  void aProcessThatIsKilledHasFailed() throws Exception {
    program("cell", "kill -KILL $$");
    assertEquals(137, start(0).waitFor());
    assertTrue(Files.readString(failure()).contains("its process ended with status 137; the log"));
  }

  @Test
  void withoutRetriesATaskThatMakesNoStepFailsAtOnce() throws Exception {
    write("./cell", 0, 1);
    program("cell", TRAINS);
    assertEquals(1, signalled("USR1", 0));
    assertEquals(List.of(), requeued());
    assertTrue(Files.readString(failure()).contains("queued again 0 times without a new step"));
  }

  @Test
  void aMissingPrefixIsNamed() throws Exception {
    write("apptainer-1.4 exec c4j.sif java", 3, 1);
    assertEquals(127, start(0).waitFor());
    String told = Files.readString(failure());
    assertTrue(told.contains("apptainer-1.4 is no command on n1; the settings prefix, java"), told);
  }

  @Test
  void theCellsOfATaskRunOneAfterTheOtherWhateverBecomesOfOne() throws Exception {
    write("./cell", 3, 2);
    program("cell", "echo \"$2\" >>ran; [ \"$2\" != " + CELL + " ]");
    assertEquals(1, start(0).waitFor());
    List<String> cells = List.of(CELL, "soup/bitfit-s43");
    assertEquals(cells, Files.readAllLines(folder.resolve("ran")));
    assertTrue(Files.exists(failure()));
  }

  @Test
  void ofTwoCellsTheSecondGoesOnWhenTheTaskIsQueuedAgain() throws Exception {
    write("./cell", 3, 2);
    String done = "mkdir -p runs/$2; touch runs/$2/result.json";
    program(
        "cell",
        "echo \"$2\" >>ran; if [ \"$2\" = %s ]; then %s; exit; fi; ".formatted(CELL, done)
            + TRAINS);
    signalled("USR1", 0);
    assertEquals(List.of("requeue 7_0"), requeued());
    program("cell", "echo \"$2\" >>ran; " + done);
    assertEquals(0, start(1).waitFor());
    assertEquals(
        List.of(CELL, "soup/bitfit-s43", "soup/bitfit-s43"),
        Files.readAllLines(folder.resolve("ran")));
  }
}
