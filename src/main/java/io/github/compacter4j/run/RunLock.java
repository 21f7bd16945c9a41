package io.github.compacter4j.run;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.LockOwner;
import io.github.compacter4j.files.ProcessLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A run folder as this process's own while it trains. */
public final class RunLock implements AutoCloseable {
  /** The name of the lock's file in the run folder. */
  static final String FILE = "run.lock";

  /** The name of the file that tells who holds it. */
  static final String OWNER = FILE + ProcessLock.OWNER;

  private final Path file;
  private final ProcessLock lock;

  private RunLock(Path file, ProcessLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Takes a folder, which is made where it is missing.
   *
   * @throws RunIsHeld if another process is writing there
   * @throws UserException if the folder cannot be written
   */
  public static RunLock take(Path folder) {
    return tryTake(folder).orElseThrow(() -> new RunIsHeld(folder, owner(folder)));
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

  /**
   * Whether nobody writes in a folder, by the system's lock; what a process left that died with its
   * machine is removed.
   */
  public static boolean isFree(Path folder) {
    Optional<RunLock> lock = tryTake(folder);
    lock.ifPresent(RunLock::close);
    return lock.isPresent();
  }

  /** Who writes in a folder, or did and died; empty where nobody does. */
  public static Optional<LockOwner> owner(Path folder) {
    try {
      return ProcessLock.owner(folder.resolve(FILE));
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be read", e);
    }
  }

  /** What the user should know of a lock without the system's help; empty where it helps. */
  public Optional<String> warning() {
    return lock.warning();
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
