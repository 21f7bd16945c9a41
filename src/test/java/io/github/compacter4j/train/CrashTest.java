package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training processes killed at any moment and resumed end with the bits of one never killed.
 * Dropout is the model's own, 0.1.
 */
class CrashTest {
  /** Deaths of one run. */
  private static final int SPREAD = 19;

  private static final int KILLS = Boolean.getBoolean("test.long") ? 1000 : SPREAD;
  private static final int IN_CHECKPOINTS = Boolean.getBoolean("test.long") ? 100 : 3;

  @TempDir static Path folder;
  private static Path data;
  private static Map<String, Object> expected;

  /** When each line of metrics was there, in nanoseconds from the start, and the end. */
  private static final List<Long> TIMES = new ArrayList<>();

  private static int runs; // in all tests, since they share the folder

  @BeforeAll
  static void runUndisturbed() throws Exception {
    data = Everyday.few(folder);
    KilledRun run = new KilledRun(folder.resolve("undisturbed"), data);
    run.start();
    long start = System.nanoTime();
    for (int lines = 0; lines < KilledRun.STEPS * 3 / 2; lines++) {
      run.await(lines, 0);
      TIMES.add(System.nanoTime() - start);
    }
    run.finish();
    TIMES.add(System.nanoTime() - start);
    expected = run.outcome();
  }

  private KilledRun newRun() {
    return new KilledRun(folder.resolve("killed-" + runs++), data);
  }

  /** Lets a run go on for a share of the measured time, then kills it. */
  private boolean killAt(KilledRun run, double share) throws Exception {
    long time = (long) (share * TIMES.get(TIMES.size() - 1));
    int lines = 0;
    while (lines < TIMES.size() - 2 && TIMES.get(lines + 1) <= time) {
      lines++;
    }
    run.start();
    run.await(lines, time - TIMES.get(lines));
    return killAndReport(run, String.format(Locale.ROOT, "at %2.0f %% of the time", 100 * share));
  }

  private static boolean killAndReport(KilledRun run, String when) throws Exception {
    boolean killed = run.kill();
    if (killed) {
      System.out.printf(
          "killed %s, %s; %d files, latest checkpoint step-%d%n",
          when, run.place(), run.files().size(), run.latest());
      run.assertReadable();
    }
    return killed;
  }

  private static void assertSameOutcome(KilledRun run) throws IOException {
    Map<String, Object> outcome = run.outcome();
    assertEquals(expected.keySet(), outcome.keySet());
    for (String name : expected.keySet()) {
      assertTrue(expected.get(name).equals(outcome.get(name)), run.folder() + "/" + name);
    }
  }

  /** Many deaths of one run, evenly spread over the time that training takes. */
  @Test
  void killedAgainAndAgain() throws Exception {
    int kills = 0;
    while (kills < KILLS - 1) { // the last one may come too late
      KilledRun run = newRun();
      for (int i = 1; i <= SPREAD; i++) {
        if (killAt(run, i / (SPREAD + 1.0))) {
          kills++;
        }
      }
      run.start();
      run.finish();
      assertSameOutcome(run);
    }
  }

  @Test
  void killedOnce() throws Exception {
    KilledRun run = newRun();
    assertTrue(killAt(run, 0.6));
    run.start();
    run.finish();
    assertSameOutcome(run);
  }

  /** Deaths while a checkpoint is written: at its first file, its second, and before it counts. */
  @Test
  void killedInTheWriteOfACheckpoint() throws Exception {
    List<String> moments =
        List.of("trainable.safetensors.part", "optimizer.safetensors.part", "state.json");
    int hits = 0;
    for (int attempt = 0; hits < IN_CHECKPOINTS; attempt++) {
      assertTrue(attempt < 10 * IN_CHECKPOINTS, hits + " of " + attempt + " kills in a checkpoint");
      KilledRun run = newRun();
      boolean killed = true;
      for (int i = 0; killed && i < 4 && hits < IN_CHECKPOINTS; i++, attempt++) {
        run.start();
        Path moment = run.nextCheckpoint().resolve(moments.get(attempt % moments.size()));
        run.await(() -> Files.exists(moment));
        killed = killAndReport(run, "at some moment");
        hits += killed && run.diedInCheckpoint() ? 1 : 0;
      }
      run.start();
      run.finish();
      assertSameOutcome(run);
    }
    System.out.printf("%d kills in the write of a checkpoint%n", hits);
  }
}
