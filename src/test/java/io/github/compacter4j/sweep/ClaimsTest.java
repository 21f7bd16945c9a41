package io.github.compacter4j.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may work on a cell; other machines are played by other names of this one. */
class ClaimsTest {
  private static final Duration BEAT = Duration.ofMillis(20);
  private static final String CELL = "task/method-s1";

  @TempDir Path folder;

  private Claims claims(String host) {
    return new Claims(folder, host, BEAT);
  }

  private Path file() {
    return folder.resolve(".claims").resolve(CELL + ".json");
  }

  /** What a process of some machine leaves when it is killed. */
  private void leave(String host, long pid) throws IOException {
    Files.createDirectories(file().getParent());
    new HolderFile(file()).replace(new Holder(host, pid, "another", 3, 1, 2));
  }

  @Test
  void aHeldCellIsNotTakenAndAFreedOneIs() {
    Claims here = claims("here");
    Claim claim = here.take(CELL).orElseThrow();
    assertTrue(here.take(CELL).isEmpty());
    assertTrue(claims("there").take(CELL).isEmpty());
    assertEquals("here", here.holder(CELL).orElseThrow().host());
    claim.close();
    assertTrue(here.holder(CELL).isEmpty());
    Optional<Claim> next = claims("there").take(CELL);
    assertTrue(next.isPresent());
    next.get().close();
  }

  @Test
  void theHeartBeats() throws InterruptedException {
    try (Claim claim = claims("here").take(CELL).orElseThrow()) {
      claim.onStart("", 10, 0);
      claim.onStep(4, 0, 0);
      while (claims("there").holder(CELL).orElseThrow().step() != 4) {
        Thread.sleep(5);
      }
      assertTrue(claims("there").holder(CELL).orElseThrow().beat() > 0);
    }
  }

  @Test
  void aDeadProcessOfThisMachineHoldsNothing() throws IOException {
    leave("here", 1L << 40);
    assertTrue(claims("here").holder(CELL).isEmpty());
    try (Claim claim = claims("here").take(CELL).orElseThrow()) {
      assertEquals(ProcessHandle.current().pid(), claims("there").holder(CELL).orElseThrow().pid());
    }
  }

  @Test
  void anotherMachinesCellIsTakenOnceItsHeartStops() throws IOException, InterruptedException {
    leave("there", 1);
    Claims here = claims("here");
    assertTrue(here.take(CELL).isEmpty());
    for (int beat = 4; beat < 24; beat++) { // longer than what counts as stopped
      new HolderFile(file()).replace(new Holder("there", 1, "another", beat, 1, 2));
      assertTrue(here.take(CELL).isEmpty(), "beat " + beat);
      Thread.sleep(BEAT.toMillis());
    }
    Optional<Claim> claim = Optional.empty();
    while (claim.isEmpty()) {
      Thread.sleep(BEAT.toMillis());
      claim = here.take(CELL);
    }
    claim.get().close();
  }

  @Test
  void aClaimThatAnotherMachineHasTakenIsLost() throws IOException {
    boolean interrupted = false;
    try (Claim claim = claims("here").take(CELL).orElseThrow()) {
      try {
        while (claim.lost() == null) {
          leave("there", 1); // a beat that has just read the file writes over it
          Thread.sleep(20 * BEAT.toMillis());
        }
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      assertTrue(interrupted);
      assertTrue(claim.lost().contains("another process has taken the cell"), claim.lost());
    }
    assertTrue(Files.exists(file()));
    assertFalse(Thread.interrupted());
  }

  @Test
  void aFileThatItsWriterWasKilledOverIsWaitedFor() throws IOException, InterruptedException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "");
    Claims here = claims("here");
    assertTrue(here.take(CELL).isEmpty());
    Optional<Claim> claim = Optional.empty();
    while (claim.isEmpty()) {
      Thread.sleep(BEAT.toMillis());
      claim = here.take(CELL);
    }
    claim.get().close();
  }
}
