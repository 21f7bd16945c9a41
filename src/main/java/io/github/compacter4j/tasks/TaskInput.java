package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.BrokenRow;
import io.github.compacter4j.tables.BrokenRows;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tables.TableFile;
import io.github.compacter4j.tables.WantedColumns;
import io.github.compacter4j.text.TextPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A user's own rows to predict, from a file of tab-separated or comma-separated columns or JSON
 * lines.
 *
 * @param file where they stand
 * @param texts what a model reads of each row that can be read
 * @param lines where these rows stand, from 1
 * @param broken the rows that cannot be read
 * @param withoutText how many of the others have no text at all, in a line; empty where all have
 */
public record TaskInput<T>(
    Path file,
    List<T> texts,
    List<Long> lines,
    List<BrokenRow> broken,
    Optional<String> withoutText) {
  /**
   * The source texts of a file, a row each; other columns are not read.
   *
   * @param file it names the task's texts as its tables do, or as the published files do
   * @param withTaskName whether each source starts with the task's name: for all methods but
   *     adapters
   * @throws UserException naming file and line where the file lacks a column, has no rows or is not
   *     UTF-8
   */
  public static TaskInput<String> sources(Task task, Path file, boolean withTaskName) {
    return read(task, file, row -> task.source(row, withTaskName));
  }

  /**
   * The texts of a file of rows as an encoder reads them.
   *
   * @param file it names the task's texts as its tables do, or as the published files do
   * @throws UserException naming file and line where the file lacks a column, has no rows or is not
   *     UTF-8
   */
  public static TaskInput<TextPair> pairs(Task task, Path file) {
    return read(task, file, task.pair()::fill);
  }

  private static <T> TaskInput<T> read(
      Task task, Path file, Function<UnaryOperator<String>, T> form) {
    WantedColumns columns = new WantedColumns(task.fields(), false);
    Rows rows = TableFile.read(file, task.layout(), columns, List.of(), BrokenRows.TOLD);
    List<T> texts = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    List<BrokenRow> broken = new ArrayList<>(rows.broken());
    for (int row = 0; row < rows.size(); row++) {
      int at = row;
      try {
        texts.add(form.apply(name -> rows.cell(at, name)));
        lines.add(rows.line(row));
      } catch (UserException e) {
        broken.add(new BrokenRow(rows.line(row), e.getMessage()));
      }
    }
    return new TaskInput<>(file, texts, lines, broken, rows.withoutText());
  }

  /** These rows in another form. */
  public <R> TaskInput<R> map(Function<T, R> form) {
    return new TaskInput<>(file, texts.stream().map(form).toList(), lines, broken, withoutText);
  }

  /**
   * These rows, if all can be read.
   *
   * @throws UserException naming file and line of the first that cannot
   */
  public TaskInput<T> requireAll() {
    if (!broken.isEmpty()) {
      BrokenRow first = broken.stream().min((a, b) -> Long.compare(a.line(), b.line())).get();
      throw UserException.inLine(file, first.line(), first.error());
    }
    return this;
  }
}
