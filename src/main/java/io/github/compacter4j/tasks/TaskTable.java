package io.github.compacter4j.tasks;

import java.util.List;
import java.util.OptionalDouble;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** From the cells of a file to a typed table, and from the table to text. */
final class TaskTable {
  static final String ROW = "row";
  static final String LABEL = "label";

  private TaskTable() {}

  /** Columns: row (in the file, from 0), the task's texts by name, and the label where wanted. */
  static Table of(Task task, TsvFile file, boolean labelled) {
    Table table = Table.create(task.name(), IntColumn.indexColumn(ROW, file.rows(), 0));
    for (Field field : task.fields()) {
      table.addColumns(StringColumn.create(field.name(), file.column(field.header())));
    }
    return labelled ? table.addColumns(labels(task, file)) : table;
  }

  /** The rows of these numbers, in this order. */
  static Table select(Table table, int[] rows) {
    Table selected = Table.create(table.name());
    table.columns().forEach(column -> selected.addColumns(column.subset(rows)));
    return selected;
  }

  static String source(Task task, Table table, int row, boolean withTaskName) {
    return task.source(name -> table.stringColumn(name).get(row), withTaskName);
  }

  static String target(Task task, Table table, int row) {
    return task.target().text(table.numberColumn(LABEL).getDouble(row));
  }

  private static Column<?> labels(Task task, TsvFile file) {
    List<String> cells = file.column(task.labelColumn());
    double[] labels = new double[cells.size()];
    for (int row = 0; row < labels.length; row++) {
      OptionalDouble label = task.target().parse(cells.get(row));
      if (label.isEmpty()) {
        throw file.mistake(
            row,
            "column '%s': expected %s, found '%s'"
                .formatted(task.labelColumn(), task.target().expected(), cells.get(row)));
      }
      labels[row] = label.getAsDouble();
    }
    return task.target().column(LABEL, labels);
  }
}
