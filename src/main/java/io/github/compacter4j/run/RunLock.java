package io.github.compacter4j.run;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.ProcessLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A run folder as this process's own while it trains. */
public final class RunLock implements AutoCloseable {
  /** The name of the lock's file in the run folder. */
  static final String FILE = "run.lock";

  private final Path file;
  private final ProcessLock lock;

  private RunLock(Path file, ProcessLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Takes a folder, which is made where it is missing.
   *
   * @throws UserException if another run is being written there, or the folder cannot be written
   */
  public static RunLock take(Path folder) {
    return tryTake(folder)
        .orElseThrow(() -> new UserException(folder + ": another process is writing this run"));
  }

  /**
   * Takes a folder, which is made where it is missing, unless another run is being written there.
   *
   * @throws UserException if the folder cannot be written
   */
  public static Optional<RunLock> tryTake(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return ProcessLock.tryTake(file).map(lock -> new RunLock(file, lock));
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be written", e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UserException(file + ": cannot be removed", e);
    }
  }
}
