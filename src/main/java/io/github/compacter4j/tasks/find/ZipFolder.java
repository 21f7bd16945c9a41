package io.github.compacter4j.tasks.find;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A task's files in a zip, in a folder of the task's name or at the top. The zip is not trusted: it
 * is refused where an entry leads out of it, or a wanted one is a link, stands twice, is above one
 * gibibyte, longer than it declares, or damaged.
 */
final class ZipFolder implements AutoCloseable {
  private static final long MOST_BYTES = 1L << 30;

  /** Zips that are read where they lie stay open: their files are read whenever they are needed. */
  private static final Map<Version, FileSystem> OPEN = new ConcurrentHashMap<>();

  /** A zip as it was when it was opened. */
  private record Version(Path path, Object file, long modified, long size) {
    static Version of(Path zip) throws IOException {
      BasicFileAttributes now = Files.readAttributes(zip, BasicFileAttributes.class);
      return new Version(
          zip.toRealPath(),
          String.valueOf(now.fileKey()),
          now.lastModifiedTime().toMillis(),
          now.size());
    }
  }

  /** A way to read an entry: what is checked must be what is read later. */
  private interface Source {
    InputStream open(ZipArchiveEntry entry) throws IOException;
  }

  private final Path path;
  private final ZipFile zip;

  /**
   * Opens a zip and checks the names of all its entries.
   *
   * @throws UserException where it is no zip, truncated, or not to be trusted
   */
  ZipFolder(Path path) {
    this.path = path;
    try {
      this.zip = ZipFile.builder().setPath(path).get();
    } catch (IOException | RuntimeException e) {
      throw new UserException(path + ": cannot be read as a zip", e);
    }
    try {
      checkNames();
    } catch (UserException e) {
      closeAfter(e);
      throw e;
    }
  }

  private void checkNames() {
    for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
      String name = entry.getName();
      boolean absolute = name.startsWith("/") || name.matches("(?s)[A-Za-z]:.*");
      if (absolute || List.of(name.split("[/\\\\]")).contains("..")) {
        throw refused(name, "is no path inside the zip");
      }
    }
  }

  /**
   * Where the zip has all of the files.
   *
   * @param name the folder that may hold them
   * @return that folder with a slash, or nothing for the top; empty where the zip lacks a file
   */
  Optional<String> prefix(String name, Collection<String> files) {
    return Stream.of(name + "/", "")
        .filter(at -> files.stream().allMatch(file -> zip.getEntry(at + file) != null))
        .findFirst();
  }

  /**
   * Unpacks files into a folder.
   *
   * @throws UserException where the zip lacks one, or it is not to be trusted
   * @throws IOException where the folder cannot take them
   */
  static void unpack(Path zip, String name, Collection<String> files, Path to) throws IOException {
    try (ZipFolder from = new ZipFolder(zip)) {
      String at =
          from.prefix(name, files)
              .orElseThrow(
                  () ->
                      new UserException(
                          "%s: expected %s in it".formatted(zip, String.join(", ", files))));
      for (String file : files) {
        try (OutputStream out = Files.newOutputStream(to.resolve(file))) {
          from.copy(at + file, from.zip::getInputStream, out);
        }
      }
    }
  }

  /**
   * The folder in a zip that has the files, to be read where it lies.
   *
   * @param name the folder that may hold them
   * @param required files without which it is of no use
   * @param all files that may be read of it
   */
  static Optional<Path> find(
      Path path, String name, Collection<String> required, Collection<String> all) {
    try (ZipFolder folder = new ZipFolder(path)) {
      Optional<String> at = folder.prefix(name, required);
      if (at.isEmpty()) {
        return Optional.empty();
      }
      FileSystem opened = open(path);
      for (String file : all) {
        if (folder.zip.getEntry(at.get() + file) != null) {
          folder.copy(
              at.get() + file,
              entry -> Files.newInputStream(opened.getPath("/" + entry.getName())),
              OutputStream.nullOutputStream());
        }
      }
      return Optional.of(opened.getPath("/" + at.get()));
    } catch (IOException e) {
      throw new UserException(path + ": cannot be read as a zip", e);
    }
  }

  private static FileSystem open(Path zip) throws IOException {
    Version version = Version.of(zip);
    FileSystem open = OPEN.get(version);
    if (open == null) {
      FileSystem fresh = FileSystems.newFileSystem(zip);
      open = OPEN.putIfAbsent(version, fresh);
      if (open == null) {
        return fresh;
      }
      fresh.close();
    }
    return open;
  }

  /** Copies an entry and checks its size and CRC-32. */
  private void copy(String name, Source source, OutputStream out) throws IOException {
    ZipArchiveEntry entry = zip.getEntry(name);
    if (entry.isUnixSymlink()) {
      throw refused(name, "is a link");
    }
    if (zip.getEntries(name).spliterator().getExactSizeIfKnown() > 1) {
      throw refused(name, "stands twice");
    }
    if (entry.isDirectory() || entry.getSize() < 0 || entry.getSize() > MOST_BYTES) {
      throw refused(
          name,
          "declares %,d bytes, expected a file of at most %,d"
              .formatted(entry.getSize(), MOST_BYTES));
    }
    CRC32 crc = new CRC32();
    long done = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = stream(entry, source)) {
      for (int n = read(in, buffer, name); n >= 0; n = read(in, buffer, name)) {
        done += n;
        if (done > entry.getSize()) {
          throw refused(
              name, "holds more than the %,d bytes it declares".formatted(entry.getSize()));
        }
        crc.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    if (done != entry.getSize() || crc.getValue() != entry.getCrc()) {
      throw refused(name, "is damaged: its size or CRC-32 is wrong");
    }
  }

  private InputStream stream(ZipArchiveEntry entry, Source source) {
    try {
      return source.open(entry);
    } catch (IOException | RuntimeException e) {
      throw damaged(entry.getName(), e);
    }
  }

  private int read(InputStream in, byte[] buffer, String name) {
    try {
      return in.read(buffer);
    } catch (IOException | RuntimeException e) {
      throw damaged(name, e);
    }
  }

  /** The library throws unchecked exceptions on some damaged zips. */
  private UserException damaged(String entry, Exception e) {
    return new UserException("%s: entry '%s' is damaged".formatted(path, entry), e);
  }

  private UserException refused(String entry, String why) {
    return new UserException(
        "%s: entry '%s' %s; the zip is not used"
            .formatted(path, entry.replaceAll("\\p{Cntrl}", "?"), why));
  }

  private void closeAfter(UserException e) {
    try {
      zip.close();
    } catch (IOException unclosed) {
      e.addSuppressed(unclosed);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
