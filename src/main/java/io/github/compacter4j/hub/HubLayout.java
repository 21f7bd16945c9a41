package io.github.compacter4j.hub;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Where one repository lies in the cache: {@code models--org--name} with {@code refs/main}, {@code
 * blobs/<etag>} and {@code snapshots/<commit>/<file>}, the last as relative links into the blobs.
 */
final class HubLayout {
  /** Makes a symbolic link; replaced in tests by one that cannot. */
  interface Linker {
    void link(Path link, Path target) throws IOException;
  }

  static final String PREFIX = "models--";

  private static final String PART = "\\w(?:[\\w.-]{0,94}\\w)?";
  private static final Pattern REPO = Pattern.compile("(?:" + PART + "/)?" + PART);
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  private final Path folder;
  private final Path locks;
  private final Linker linker;

  /**
   * The place of a repository.
   *
   * @throws UserException where the name is none that the hub gives (wrong usage)
   */
  HubLayout(Path root, String repo, Linker linker) {
    boolean separators = repo.contains("..") || repo.contains("--") || repo.endsWith(".git");
    if (separators || !REPO.matcher(repo).matches()) {
      throw UserException.usage(
          "model '"
              + Names.shortened(repo.replaceAll("\\p{Cntrl}", "?"))
              + "': expected a name of the hub such as t5-base or google/t5-v1_1-small,"
              + " or a folder that exists");
    }
    String name = PREFIX + repo.replace("/", "--");
    this.folder = root.resolve(name);
    this.locks = root.resolve(".locks").resolve(name);
    this.linker = linker;
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  Path folder() {
    return folder;
  }

  Path blob(HubFile file) {
    return folder.resolve("blobs").resolve(file.etag());
  }

  Path pointer(HubFile file) {
    return snapshot(file.commit()).resolve(file.name());
  }

  Path lock(HubFile file) {
    return locks.resolve(file.etag() + ".lock");
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  /** The snapshot that the main branch points to, where there is one. */
  Optional<Path> snapshot() {
    Path ref = folder.resolve("refs/main");
    if (!Files.isRegularFile(ref)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(ref).strip())
          .filter(HubLayout::isCommit)
          .map(this::snapshot)
          .filter(Files::isDirectory);
    } catch (IOException e) {
      throw new UserException(ref + ": cannot read the cache", e);
    }
  }

  /** Points the main branch to a commit, last of all, so that it never names a torn snapshot. */
  void pointMainTo(String commit) throws IOException {
    Path ref = folder.resolve("refs/main");
    Path beside = folder.resolve("main-" + UUID.randomUUID() + ".incomplete");
    AtomicFiles.replace(ref, beside, out -> out.write(commit.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether a file is there, link or not, with the size that the hub says. */
  static boolean holds(Path path, HubFile file) throws IOException {
    return Files.isRegularFile(path) && (file.size() < 0 || Files.size(path) == file.size());
  }

  /** Shows a blob in the snapshot; where links are impossible the blob is moved or copied. */
  void show(HubFile file, boolean newBlob) throws IOException {
    Path blob = blob(file);
    Path pointer = pointer(file);
    Files.createDirectories(pointer.getParent());
    Files.deleteIfExists(pointer); // a link whose blob is gone
    try {
      linker.link(pointer, pointer.getParent().relativize(blob));
    } catch (FileAlreadyExistsException e) {
      // made in this moment by Python's client, whose locks are not ours
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      Path whole = blob;
      if (!newBlob) { // other snapshots may link to it
        whole = pointer.resolveSibling(pointer.getFileName() + ".incomplete");
        Files.copy(blob, whole, REPLACE_EXISTING);
      }
      AtomicFiles.move(whole, pointer);
    }
  }
}
