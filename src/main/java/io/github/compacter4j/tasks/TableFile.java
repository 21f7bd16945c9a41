package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Reads a file of rows by what its name ends in. */
final class TableFile {
  private TableFile() {}

  /** The wanted columns of a task's file. */
  static Rows read(Path path, Task task, Columns columns, List<String> header, boolean forgiving) {
    return switch (ending(path)) {
      case "tsv", "txt" -> TsvFile.read(path, header, columns, forgiving);
      case "csv" -> CsvFile.read(path, columns);
      case "jsonl" -> JsonLines.read(path, task.layout(), columns);
      default ->
          throw new UserException(
              path + ": expected a file that ends in .tsv, .csv or .jsonl, found another name");
    };
  }

  private static String ending(Path path) {
    String name = Objects.toString(path.getFileName(), "").toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
