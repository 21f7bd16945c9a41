package io.github.compacter4j.files;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What lies in a file's place where fetching it went wrong, told by its first bytes. */
public final class Disguise {
  private static final int ENOUGH = 256;

  private Disguise() {}

  /**
   * Refuses a file that is something else than any format that this program reads.
   *
   * @throws UserException saying what the file is and what would help
   */
  public static void refuse(Path file) {
    if (!Files.isRegularFile(file)) {
      return; // who reads it says so
    }
    try {
      of(file)
          .ifPresent(
              what -> {
                throw new UserException(file + ": " + what);
              });
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read", e);
    }
  }

  /** What a file is instead, with what would help; empty where its beginning does not tell. */
  public static Optional<String> of(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(ENOUGH);
    }
    String text =
        new String(start, StandardCharsets.ISO_8859_1)
            .replaceFirst("^(\u00ef\u00bb\u00bf)?\\s*", "") // a byte order mark
            .toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs.github.com/spec/")) {
      return Optional.of("a pointer of Git LFS in place of the file; git lfs pull brings the file");
    }
    if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
      return Optional.of(
          "a page of HTML or XML in place of the file, as servers send to refuse; fetch it again");
    }
    if (text.startsWith("\u001f\u008b")) {
      return Optional.of("compressed by gzip; unpack it with gunzip");
    }
    if (text.startsWith("pk\u0003\u0004")) {
      return Optional.of("a zip archive, such as data comes in or torch.save writes");
    }
    return Optional.empty();
  }
}
