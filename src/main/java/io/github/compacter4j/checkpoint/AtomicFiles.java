package io.github.compacter4j.checkpoint;

import io.github.compacter4j.UserException;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes files so that a reader sees the old content or the new, never a part: written beside,
 * synced, renamed.
 *
 * <p>Plain streams, not channels: an interrupt, which closes a channel, must not spoil a write.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Something that writes its content to a stream. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Replaces a file.
   *
   * @throws UserException if the folder cannot be written or the disk is full; the old file stays
   */
  public static void write(Path file, Content content) {
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileOutputStream stream = new FileOutputStream(beside.toFile());
          BufferedOutputStream out = new BufferedOutputStream(stream)) {
        content.writeTo(out);
        out.flush();
        stream.getFD().sync();
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      UserException error = new UserException(file + ": cannot be written", e);
      try {
        Files.deleteIfExists(beside);
      } catch (IOException unremoved) {
        error.addSuppressed(unremoved);
      }
      throw error;
    }
  }
}
