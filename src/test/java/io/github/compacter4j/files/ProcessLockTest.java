package io.github.compacter4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
  @TempDir Path folder;

  private Optional<ProcessLock> tryTake() {
    try {
      return ProcessLock.tryTake(folder.resolve("run/run.lock"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private boolean isFreeForAnotherThread() throws ExecutionException, InterruptedException {
    return CompletableFuture.supplyAsync(
            () -> {
              Optional<ProcessLock> lock = tryTake();
              lock.ifPresent(ProcessLockTest::close);
              return lock.isPresent();
            })
        .get();
  }

  private static void close(ProcessLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nobodyElseTakesWhatIsHeld() throws Exception {
    try (ProcessLock held = tryTake().orElseThrow()) {
      assertTrue(tryTake().isEmpty());
      assertFalse(isFreeForAnotherThread());
      assertFalse(isFreeForAnotherProcess());
    }
    assertTrue(isFreeForAnotherThread());
  }

  /** Closing a second channel of a file would free the first one's lock. */
  @Test
  void whoFailsToTakeItDoesNotFreeIt() throws Exception {
    try (ProcessLock held = tryTake().orElseThrow()) {
      assertTrue(tryTake().isEmpty());
      assertFalse(isFreeForAnotherThread());
      assertFalse(isFreeForAnotherProcess());
    }
  }

  /** By the exit status of a process of its own, which takes no lock that this one holds. */
  private boolean isFreeForAnotherProcess() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Taker.class.getName(),
                folder.resolve("run/run.lock").toString())
            .inheritIO()
            .start();
    return process.waitFor() == 0;
  }

  /** Ends with 0 where it could take the lock, else with 3. */
  static final class Taker {
    private Taker() {}

    public static void main(String[] arguments) throws IOException {
      Optional<ProcessLock> lock = ProcessLock.tryTake(Path.of(arguments[0]));
      System.exit(lock.isPresent() ? 0 : 3);
    }
  }

  @Test
  void theFileOfATriedLockGoes() throws IOException {
    try (ProcessLock held = tryTake().orElseThrow()) {
      assertTrue(Files.exists(folder.resolve("run/run.lock")));
    }
    assertFalse(Files.exists(folder.resolve("run/run.lock")));
  }

  @Test
  void aWaiterGetsItWhenItIsFree() throws Exception {
    Path file = folder.resolve("waited.lock");
    CompletableFuture<String> other;
    try (ProcessLock held = ProcessLock.take(file, why -> {})) {
      other =
          CompletableFuture.supplyAsync(
              () -> {
                try (ProcessLock lock = ProcessLock.take(file, why -> {})) {
                  return "taken";
                } catch (IOException | InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      assertThrows(TimeoutException.class, () -> other.get(100, TimeUnit.MILLISECONDS));
    }
    assertEquals("taken", other.get(10, TimeUnit.SECONDS));
    assertTrue(Files.exists(file));
  }
}
