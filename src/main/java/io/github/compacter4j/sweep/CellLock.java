package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A locked file, which the system frees when the process dies; it has a line for each process that
 * has worked on the cell.
 */
final class CellLock implements AutoCloseable {
  /**
   * Locks held by this process: closing any channel of a file frees its lock, so that no second one
   * may be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private FileChannel channel;

  private CellLock(Path file) {
    this.file = file;
  }

  /** The lock, unless this process or another one holds it. */
  static Optional<CellLock> take(Path file) {
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    CellLock lock = new CellLock(file);
    boolean taken = false;
    try {
      taken = lock.open();
      return taken ? Optional.of(lock) : Optional.empty();
    } finally {
      if (!taken) {
        lock.close();
      }
    }
  }

  private boolean open() {
    try {
      Files.createDirectories(file.getParent());
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      throw new UserException(file + ": cannot be locked", e);
    }
  }

  /** Adds a line. */
  void log(String line) {
    try {
      byte[] bytes = (line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
      channel.write(ByteBuffer.wrap(bytes), channel.size());
    } catch (IOException e) {
      throw new UserException(file + ": cannot be written", e);
    }
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UserException(file + ": cannot be released", e);
    } finally {
      HELD.remove(file);
    }
  }
}
