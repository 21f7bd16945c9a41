package io.github.compacter4j.tasks;

import io.github.compacter4j.metrics.Reference;
import java.util.List;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** What a task's labels are, from the cell of a file through the table to the text to write. */
public sealed interface Target permits ClassLabels, Score, Answers {
  /** The name of the labels' column in tables, and in files where nothing else is said. */
  String LABEL = "label";

  /** Whether this cell of a file is a label. */
  boolean accepts(String cell);

  /** What {@link #accepts} accepts, for the message to the user. */
  String expected();

  /** The table column of these cells, every one of them accepted. */
  Column<?> column(String name, List<String> cells);

  /** What the model is to write for a row of a table: one reference, or one an answer. */
  List<Reference> references(Table table, int row);

  /** Every text that the reference code counts as a label; empty where any text may be right. */
  List<String> texts();
}
