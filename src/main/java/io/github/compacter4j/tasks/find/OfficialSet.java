package io.github.compacter4j.tasks.find;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder of official files, and what is published to fill it.
 *
 * @param folder its place under a data folder, such as {@code glue/RTE}
 * @param archives what is downloaded: one zip with the files, or the files themselves
 * @param sums the SHA-256 of files that it may hold, empty where none is recorded
 */
record OfficialSet(String folder, List<Archive> archives, Map<String, String> sums) {
  /** The file with the SHA-256 of each file of a fetched folder, as {@code sha256sum} writes it. */
  static final String SUMS = "SHA256SUMS";

  private static final Map<String, OfficialSet> ALL = read();

  /**
   * A published file.
   *
   * @param path its address under the base of all
   * @param file the name under which it is kept, empty for a zip
   */
  record Archive(String path, String file, long bytes, String sha256) {
    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    boolean isZip() {
      return file.isEmpty();
    }
  }

  /** All of them by folder, GLUE's before SuperGLUE's. */
  static Map<String, OfficialSet> all() {
    return ALL;
  }

  /** The folder in one word, for files beside each other. */
  String key() {
    return folder.replace('/', '-');
  }

  /** The last part of the folder: zips hold their files under it. */
  String name() {
    return folder.substring(folder.lastIndexOf('/') + 1);
  }

  /** The files of a fetched folder. */
  Collection<String> files() {
    return archives.get(0).isZip() ? sums.keySet() : archives.stream().map(Archive::file).toList();
  }

  /** The files that a folder lacks. */
  List<String> missing(Path from) {
    return files().stream().filter(file -> !Files.isRegularFile(from.resolve(file))).toList();
  }

  private static Map<String, OfficialSet> read() {
    Map<String, OfficialSet> all = new LinkedHashMap<>();
    for (String[] row : table("official-archives.csv")) {
      all.computeIfAbsent(
              row[0], name -> new OfficialSet(name, new ArrayList<>(), new LinkedHashMap<>()))
          .archives
          .add(new Archive(row[1], row[2], Long.parseLong(row[3]), row[4]));
    }
    for (String[] row : table("official-files.csv")) {
      all.get(row[0]).sums.put(row[1], row[2]);
    }
    return all;
  }

  private static List<String[]> table(String name) {
    try (InputStream file = OfficialSet.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1) // names of the columns
          .map(line -> line.split(",", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
