package io.github.compacter4j.files;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Whole folders. */
public final class Folders {
  private Folders() {}

  /** Deletes a folder and all that is in it; nothing where there is none. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> innermostFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : innermostFirst) {
        Files.delete(file);
      }
    }
  }

  /**
   * Tries whether a file can be written at a place, so that no long work ends without room for its
   * outcome; nothing stays behind.
   *
   * @param place a folder, which need not exist
   * @param advice what would do where nothing can be written
   * @throws UserException if nothing can be written, since permission or room is lacking
   */
  public static void requireRoom(Path place, String advice) {
    Path folder = place.toAbsolutePath();
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    try {
      Path probe = Files.createTempFile(folder, ".probe", "");
      try {
        Files.write(probe, new byte[1]);
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      String where = folder.equals(place.toAbsolutePath()) ? "" : place + ": ";
      throw new UserException(
          "%s%s cannot be written (%s); %s".formatted(where, folder, why(e), advice));
    }
  }

  /** The reason without the name of the file. */
  private static String why(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "no permission";
    }
    if (cause instanceof NoSuchFileException) {
      return "no file can be made there";
    }
    return cause instanceof FileSystemException file ? file.getReason() : cause.getMessage();
  }
}
