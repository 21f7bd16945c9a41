package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.Home;
import io.github.compacter4j.run.MetricsLine;
import io.github.compacter4j.run.RunFolder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals to a real process that trains. */
class StopOnSignalTest {
  private static final int SIGINT = 2;

  @TempDir Path folder;

  private Path run() {
    return folder.resolve("run");
  }

  private int steps() {
    return Files.exists(run())
        ? new RunFolder(run()).readMetrics().stream().mapToInt(MetricsLine::step).max().orElse(0)
        : 0;
  }

  /** Lets it take a few steps, then sends the signal; returns the last line that it printed. */
  private String stopped(String signal, int status) throws IOException, InterruptedException {
    int before = steps();
    return stopped(signal, status, err -> steps() >= before + 3);
  }

  /** Sends the signal as soon as {@code due}, told what was printed so far, says so. */
  private String stopped(String signal, int status, Predicate<String> due)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Path data = Home.folder().orElseThrow().resolve("data/everyday-sentiment");
    Process process =
        CommandLineProcess.of(
                ("train --task sst2 --steps 1000 --epochs 1000 --eval-steps 1000 --batch-size 4 --threads 1"
                        + " --max-train-samples 40 --resume --json --data "
                        + data
                        + " --out "
                        + run())
                    .split(" "))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    while (!due.test(Files.readString(err))) {
      assertTrue(process.isAlive(), () -> "ended before the signal: " + err);
      Thread.sleep(10);
    }
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    assertEquals(status, process.waitFor(), Files.readString(err));
    assertEquals("", Files.readString(out));
    List<String> lines = Files.readString(err).lines().toList();
    assertFalse(Files.readString(err).contains("\tat "), lines.toString());
    return lines.get(lines.size() - 1);
  }

  /** The line, the checkpoint and the metrics tell of one step. */
  private int stoppedAfter(String line) throws IOException {
    String latest = Files.readString(run().resolve("checkpoint/LATEST"));
    int step = Integer.parseInt(latest.substring("step-".length()));
    assertTrue(line.startsWith("compacter4j: interrupted after step " + step + ";"), line);
    assertTrue(line.endsWith("--out " + run() + " --resume"), line);
    assertEquals(step, steps());
    try (var files = Files.walk(run())) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".part")));
    }
    return step;
  }

  @Test
  void controlCAndTermEndWithACheckpoint() throws Exception {
    assumeFalse(
        ignoresInterrupts(), "skipped: this process ignores Ctrl-C, and so do its children");
    int first = stoppedAfter(stopped("INT", 130));
    int second = stoppedAfter(stopped("TERM", 143));
    assertTrue(second > first, first + " then " + second);
  }

  /** What the progress line waits for in its set-up swallows an interrupt. */
  @Test
  void controlCBeforeTheFirstStepIsNotLost() throws Exception {
    assumeFalse(
        ignoresInterrupts(), "skipped: this process ignores Ctrl-C, and so do its children");
    int step = stoppedAfter(stopped("INT", 130, err -> err.contains("parameters train")));
    assertTrue(step < 900, "stopped after step " + step);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 300, 500, 700, 900})
  void aSignalWhileTheProcessStartsEndsItQuietly(int milliseconds) throws Exception {
    Path err = folder.resolve("err");
    Process process =
        CommandLineProcess.of(("train --task sst2 --steps 1 --out " + run()).split(" "))
            .redirectError(err.toFile())
            .start();
    Thread.sleep(milliseconds);
    process.destroy(); // SIGTERM
    assertEquals(143, process.waitFor(), Files.readString(err));
    assertFalse(Files.readString(err).contains("Exception"), Files.readString(err));
  }

  /** As a process does that a script started in the background. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> new BigInteger(line.split("\\s+")[1], 16))
            .anyMatch(mask -> mask.testBit(SIGINT - 1));
  }
}
