package io.github.compacter4j.tasks.find;

import java.util.List;
import java.util.Optional;

/**
 * A published file, or a user's own.
 *
 * @param name its name inside the task's folder
 * @param rows how many rows it has when complete; 0 where nobody says
 * @param labelled whether its rows have labels: official test files mostly have none
 * @param header the names of its columns where the file has no header line; else empty
 * @param ids which of its rows count, where a second file says so
 */
public record TaskFile(
    String name, int rows, boolean labelled, List<String> header, Optional<DevIds> ids) {
  /** Keeps its own copy. */
  public TaskFile {
    header = List.copyOf(header);
  }

  /** A labelled file whose first line names the columns. */
  public static TaskFile of(String name, int rows) {
    return new TaskFile(name, rows, true, List.of(), Optional.empty());
  }

  /** A file without labels whose first line names the columns. */
  public static TaskFile unlabelled(String name, int rows) {
    return new TaskFile(name, rows, false, List.of(), Optional.empty());
  }

  /** This file without a header line, with these columns. */
  public TaskFile withoutHeader(String... columns) {
    return new TaskFile(name, rows, labelled, List.of(columns), ids);
  }

  /** This file, of which a second file chooses the rows. */
  public TaskFile chosenBy(DevIds chosen) {
    return new TaskFile(name, rows, labelled, header, Optional.of(chosen));
  }
}
