package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A user's own rows to predict. */
public final class TaskInput {
  private TaskInput() {}

  /**
   * The source texts of a tab-separated file, a row each; other columns are not read.
   *
   * @param file its header names the task's texts as its tables do, or as the published files do
   * @param withTaskName whether each source starts with the task's name: for all methods but
   *     adapters
   * @throws UserException naming file and line where the file is malformed or lacks a column
   */
  public static List<String> sources(Task task, Path file, boolean withTaskName) {
    TsvFile rows = TsvFile.read(file);
    Map<String, List<String>> texts = new HashMap<>();
    for (Field field : task.fields()) {
      texts.put(field.name(), rows.column(columnOf(field, rows.header())));
    }
    return IntStream.range(0, rows.rows())
        .mapToObj(row -> task.source(name -> texts.get(name).get(row), withTaskName))
        .toList();
  }

  private static String columnOf(Field field, List<String> header) {
    boolean asPublished = !header.contains(field.name()) && header.contains(field.header());
    return asPublished ? field.header() : field.name();
  }
}
