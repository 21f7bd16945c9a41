package io.github.compacter4j.run;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A run folder as this process's own while it trains: the system frees the lock if the process
 * dies, and the file that carries it is removed in the end.
 */
public final class RunLock implements AutoCloseable {
  /** Its name in the run folder. */
  static final String FILE = "run.lock";

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes a folder, which is made where it is missing.
   *
   * @throws UserException if another run is being written there, or the folder cannot be written
   */
  public static RunLock take(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      Files.createDirectories(folder);
      while (true) {
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Object opened = key(file);
        if (!isLocked(channel)) {
          channel.close();
          throw new UserException(folder + ": another process is writing this run");
        }
        // A holder removes the file before it frees the lock, so this one may be gone by now.
        if (opened != null && Objects.equals(opened, key(file))) {
          return new RunLock(file, channel);
        }
        channel.close();
      }
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be written", e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process
    }
  }

  private static Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UserException(file + ": cannot be removed", e);
    }
  }
}
