package io.github.compacter4j.files;

import io.github.compacter4j.UserException;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes files so that a reader sees the old content or the new, never a part: written beside,
 * synced, renamed.
 *
 * <p>Plain streams, not channels: an interrupt, which closes a channel, must not spoil a write.
 */
public final class AtomicFiles {
  private static final String BESIDE = ".part";

  private AtomicFiles() {}

  /** Something that writes its content to a stream. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Replaces a file by a text in UTF-8; see {@link #write(Path, Content)}. */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Replaces a file by bytes; see {@link #write(Path, Content)}. */
  public static void write(Path file, byte[] bytes) {
    write(file, out -> out.write(bytes));
  }

  /**
   * Replaces a file.
   *
   * @throws UserException if the folder cannot be written or the disk is full; the old file stays
   */
  public static void write(Path file, Content content) {
    try {
      replace(file, file.resolveSibling(file.getFileName() + BESIDE), content);
    } catch (IOException e) {
      throw new UserException(file + ": cannot be written", e);
    }
  }

  /**
   * Replaces a file by way of another one, for callers that word the failure themselves.
   *
   * @param beside what is written first, on the same disk; a name of its own for each writer where
   *     there may be several at once
   */
  public static void replace(Path file, Path beside, Content content) throws IOException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileOutputStream stream = new FileOutputStream(beside.toFile());
          BufferedOutputStream out = new BufferedOutputStream(stream)) {
        content.writeTo(out);
        out.flush();
        stream.getFD().sync();
      }
      rename(beside, file);
      sync(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      try {
        Files.deleteIfExists(beside);
      } catch (IOException unremoved) {
        e.addSuppressed(unremoved);
      }
      throw e;
    }
  }

  /** Syncs a finished file and renames it over another. */
  public static void move(Path from, Path to) throws IOException {
    try (FileChannel channel = FileChannel.open(from, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    rename(from, to);
    try {
      sync(to.toAbsolutePath().getParent());
    } catch (IOException e) {
      // some systems cannot sync a folder; the file itself is safe
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Makes the names of a folder's files outlast a power failure.
   *
   * <p>A folder can be synced by a channel alone; an interrupt that closes it is kept for later.
   */
  public static void sync(Path folder) throws IOException {
    boolean interrupted = false;
    try {
      for (boolean done = false; !done; ) {
        interrupted |= Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          done = true;
        } catch (ClosedByInterruptException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Whether a file is what a process left of one that it could not finish, safe to delete if no
   * other process writes there.
   */
  public static boolean isLeftover(Path file) {
    return file.getFileName().toString().endsWith(BESIDE);
  }

  /** Deletes what processes that died while writing left in a folder and below. */
  public static void deleteLeftovers(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> leftovers = files.filter(AtomicFiles::isLeftover).toList();
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    } catch (IOException e) {
      throw new UserException(folder + ": leftovers cannot be removed", e);
    }
  }
}
