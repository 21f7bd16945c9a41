package io.github.compacter4j.tasks.find;

import io.github.compacter4j.UserException;
import io.github.compacter4j.download.Download;
import io.github.compacter4j.download.RemoteFile;
import io.github.compacter4j.files.Hashes;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the benchmarks' archives are: a server, or a folder with the same paths below it. */
sealed interface ArchiveBase {
  /** Facebook's server, where both benchmarks publish. */
  ArchiveBase OFFICIAL = new Server(URI.create("https://dl.fbaipublicfiles.com/"));

  /**
   * An archive as a local file, its size and SHA-256 checked.
   *
   * @param label what messages call it
   * @param to where to download it to, if it must be
   */
  Path bring(OfficialSet.Archive archive, String label, Path to, Download download)
      throws IOException, InterruptedException;

  /**
   * The base of an address with http or https, of a {@code file:} address, or of a folder.
   *
   * @throws UserException (wrong usage) where it is none of these
   */
  static ArchiveBase parse(String text) {
    try {
      if (!text.matches("(?i)(https?|file):.*")) {
        return folder(Path.of(text));
      }
      URI uri = new URI(text.endsWith("/") ? text : text + "/");
      if (uri.getScheme().equalsIgnoreCase("file")) {
        return folder(Path.of(uri));
      }
      boolean bare =
          uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
      if (bare && uri.getHost() != null) {
        return new Server(uri);
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // told below, without the text: it may hold a password
    }
    throw UserException.usage(
        "base of the archives: expected an address such as https://mirror.example/ without user or"
            + " query, or a folder");
  }

  private static ArchiveBase folder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw UserException.usage(
          "base of the archives: expected an address or a folder, found no folder " + folder);
    }
    return new Folder(folder);
  }

  /** A server; the address ends with a slash. */
  record Server(URI address) implements ArchiveBase {
    @Override
    public Path bring(OfficialSet.Archive archive, String label, Path to, Download download)
        throws IOException, InterruptedException {
      URI from = address.resolve(archive.path());
      download.fetch(
          new RemoteFile(from, label, archive.name(), archive.bytes(), archive.sha256()), to);
      return to;
    }

    @Override
    public String toString() {
      return address.toString();
    }
  }

  /** A folder on this machine; its archives are read where they lie. */
  record Folder(Path path) implements ArchiveBase {
    @Override
    public Path bring(OfficialSet.Archive archive, String label, Path to, Download download)
        throws IOException {
      Path file = path.resolve(archive.path());
      if (!Files.isRegularFile(file)) {
        throw new UserException("%s: expected the archive %s, found none".formatted(label, file));
      }
      String sha256 = Files.size(file) == archive.bytes() ? Hashes.sha256(file) : "";
      if (!sha256.equals(archive.sha256())) {
        throw new UserException(
            "%s: expected %d bytes with the SHA-256 %s in %s, found %s"
                .formatted(
                    label,
                    archive.bytes(),
                    archive.sha256(),
                    file,
                    sha256.isEmpty() ? Files.size(file) + " bytes" : sha256));
      }
      return file;
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}
