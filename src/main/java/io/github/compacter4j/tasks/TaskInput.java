package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tables.TableFile;
import io.github.compacter4j.tables.WantedColumns;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A user's own rows to predict. */
public final class TaskInput {
  private TaskInput() {}

  /**
   * The source texts of a file of tab-separated or comma-separated columns or JSON lines, a row
   * each; other columns are not read.
   *
   * @param file it names the task's texts as its tables do, or as the published files do
   * @param withTaskName whether each source starts with the task's name: for all methods but
   *     adapters
   * @throws UserException naming file and line where the file is malformed or lacks a column
   */
  public static List<String> sources(Task task, Path file, boolean withTaskName) {
    WantedColumns columns = new WantedColumns(task.fields(), false);
    Rows rows = TableFile.read(file, task.layout(), columns, List.of(), false);
    return IntStream.range(0, rows.size())
        .mapToObj(row -> source(task, rows, row, withTaskName))
        .toList();
  }

  private static String source(Task task, Rows rows, int row, boolean withTaskName) {
    try {
      return task.source(name -> rows.cell(row, name), withTaskName);
    } catch (UserException e) {
      throw rows.mistake(row, e.getMessage());
    }
  }
}
