package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tables.TableFile;
import io.github.compacter4j.tables.WantedColumns;
import io.github.compacter4j.text.TextPair;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
    return texts(task, file, row -> task.source(row, withTaskName));
  }

  /**
   * The texts of a file of rows as an encoder reads them.
   *
   * @param file it names the task's texts as its tables do, or as the published files do
   * @throws UserException naming file and line where the file is malformed or lacks a column
   */
  public static List<TextPair> pairs(Task task, Path file) {
    return texts(task, file, task.pair()::fill);
  }

  private static <T> List<T> texts(Task task, Path file, Function<UnaryOperator<String>, T> form) {
    WantedColumns columns = new WantedColumns(task.fields(), false);
    Rows rows = TableFile.read(file, task.layout(), columns, List.of(), false);
    return IntStream.range(0, rows.size()).mapToObj(row -> text(rows, row, form)).toList();
  }

  private static <T> T text(Rows rows, int row, Function<UnaryOperator<String>, T> form) {
    try {
      return form.apply(name -> rows.cell(row, name));
    } catch (UserException e) {
      throw rows.mistake(row, e.getMessage());
    }
  }
}
