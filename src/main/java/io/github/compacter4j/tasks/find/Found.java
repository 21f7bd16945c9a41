package io.github.compacter4j.tasks.find;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.BrokenRows;
import io.github.compacter4j.tables.RecordLayout;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tables.TableFile;
import io.github.compacter4j.tables.WantedColumns;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The files of a task that were found.
 *
 * @param edition the form in which they are there
 * @param folder the files; inside a zip where they lie in one
 * @param place the folder or zip as reports name it, free of the machine's own paths
 */
public record Found(Edition edition, Path folder, String place) {
  static final String PARTIAL = "_partial/";

  /** Whether it lies where a whole official set lies. */
  public boolean isWhole() {
    return edition.official() && !place.contains(PARTIAL);
  }

  /** The folder or zip on this machine. */
  public Path at() {
    return inZip() ? Path.of(folder.getFileSystem().toString()) : folder;
  }

  private boolean inZip() {
    return !folder.getFileSystem().equals(FileSystems.getDefault());
  }

  /** A mistake in one of the files, naming the zip where they lie in one. */
  public UserException located(UserException mistake) {
    return inZip() ? new UserException(at() + ": " + mistake.getMessage()) : mistake;
  }

  /** Whether one of the edition's files is there. */
  public boolean has(TaskFile file) {
    return Files.isRegularFile(folder.resolve(file.name()));
  }

  /**
   * The wanted columns of one of the edition's files.
   *
   * @param layout how JSON lines hold the rows
   * @throws UserException naming file and line where it is malformed
   */
  public Rows read(TaskFile file, RecordLayout layout, WantedColumns columns) {
    WantedColumns wanted = file.ids().isPresent() ? columns.after(DevIds.COLUMNS) : columns;
    Rows rows =
        TableFile.read(
            folder.resolve(file.name()),
            layout,
            wanted,
            file.header(),
            edition.official() ? BrokenRows.DROPPED : BrokenRows.REFUSED);
    return file.ids().map(ids -> ids.choose(rows, folder)).orElse(rows);
  }

  /**
   * The SHA-256 that files should have, by name: those that a fetched folder brings, else those
   * that are recorded for the official set.
   */
  public Map<String, String> checksums() {
    Path own = folder.resolve(OfficialSet.SUMS);
    if (Files.isRegularFile(own)) {
      try {
        Map<String, String> sums = new HashMap<>();
        for (String line : Files.readAllLines(own)) {
          String[] parts = line.split(" [ *]", 2);
          sums.put(parts[parts.length - 1], parts[0]);
        }
        return sums;
      } catch (IOException e) {
        throw new UserException(own + ": cannot be read", e);
      }
    }
    return edition.locations().stream()
        .map(OfficialSet.all()::get)
        .filter(set -> set != null)
        .findFirst()
        .map(OfficialSet::sums)
        .orElse(Map.of());
  }
}
