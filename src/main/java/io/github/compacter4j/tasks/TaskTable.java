package io.github.compacter4j.tasks;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.Field;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tasks.find.Found;
import io.github.compacter4j.tasks.find.TaskFile;
import java.util.List;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** From the cells of a file to a typed table, and from the table to text. */
final class TaskTable {
  static final String ROW = "row";

  private TaskTable() {}

  /** Columns: row (among those read, from 0), the task's texts by name, group and label if any. */
  static Table of(TaskSpec task, Rows rows, boolean labelled) {
    Table table = Table.create(task.name(), IntColumn.indexColumn(ROW, rows.size(), 0));
    for (Field field : task.fields()) {
      table.addColumns(StringColumn.create(field.name(), rows.column(field.name())));
    }
    checkTexts(task, rows);
    if (task.target() instanceof ClassLabels labels) {
      labels.group().ifPresent(group -> table.addColumns(numbers(group, rows)));
    }
    return labelled ? table.addColumns(labels(task, rows)) : table;
  }

  /** The rows of a file of what was found. */
  static Rows read(TaskSpec task, Found found, TaskFile file) {
    return found.read(file, task.layout(), task.columns(file.labelled()));
  }

  /** The rows of these numbers, in this order. */
  static Table select(Table table, int[] rows) {
    Table selected = Table.create(table.name());
    table.columns().forEach(column -> selected.addColumns(column.subset(rows)));
    return selected;
  }

  static String source(TaskSpec task, Table table, int row, boolean withTaskName) {
    return task.source(name -> table.stringColumn(name).get(row), withTaskName);
  }

  /** Finds texts that their clean-up cannot read now, where file and line are known. */
  private static void checkTexts(TaskSpec task, Rows rows) {
    for (int row = 0; row < rows.size(); row++) {
      int at = row;
      try {
        task.template().check(name -> rows.cell(at, name));
      } catch (UserException e) {
        throw rows.mistake(row, e.getMessage());
      }
    }
  }

  private static Column<?> numbers(String name, Rows rows) {
    return IntColumn.create(name, rows.column(name).stream().mapToInt(Integer::parseInt).toArray());
  }

  private static Column<?> labels(TaskSpec task, Rows rows) {
    List<String> cells = rows.column(Target.LABEL);
    for (int row = 0; row < cells.size(); row++) {
      if (!task.target().accepts(cells.get(row))) {
        throw rows.mistake(
            row,
            "column '%s': expected %s, found '%s'"
                .formatted(
                    task.label(), task.target().expected(), Names.shortened(cells.get(row))));
      }
    }
    return task.target().column(Target.LABEL, cells);
  }
}
