package io.github.compacter4j.tasks;

import java.util.List;

/**
 * A published file.
 *
 * @param name its name inside the task's folder
 * @param header the names of its columns where the file has no header line; else empty
 */
public record TaskFile(String name, List<String> header) {
  /** Keeps its own copy. */
  public TaskFile {
    header = List.copyOf(header);
  }

  /** A file whose first line names the columns. */
  public static TaskFile of(String name) {
    return new TaskFile(name, List.of());
  }
}
