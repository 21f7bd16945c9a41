package io.github.compacter4j.tasks;

import java.util.List;
import java.util.OptionalDouble;
import tech.tablesaw.columns.Column;

/** What a task's labels are, from the cell of a file through the table to the text to write. */
public sealed interface Target permits ClassLabels, Score {
  /** The number of a label as it stands in a file; empty where the cell is no label. */
  OptionalDouble parse(String cell);

  /** What {@link #parse} accepts, for the message to the user. */
  String expected();

  /** The table column of these numbers. */
  Column<?> column(String name, double[] labels);

  /** The text that the model is to write for a number. */
  String text(double label);

  /** Every text that the reference code counts as a label. */
  List<String> texts();
}
