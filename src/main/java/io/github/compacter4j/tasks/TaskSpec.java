package io.github.compacter4j.tasks;

import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.tables.Field;
import io.github.compacter4j.tables.WantedColumns;
import io.github.compacter4j.tasks.find.Findable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** All that is known of a task but its rows. */
public interface TaskSpec extends Findable {
  /**
   * The name that stands first in the source, for methods that want one; for a diagnostic set that
   * of the task whose runs it examines.
   */
  String prefix();

  /** How the texts of a row become the source. */
  Template template();

  /** The one or two texts of a row as an encoder reads them. */
  PairTemplate pair();

  /** The names of columns in the published files, where they are others than in the template. */
  Map<String, String> headers();

  /** The label's column in the files. */
  String label();

  /** What the labels are. */
  Target target();

  /** How JSON lines files hold the rows. */
  JsonLayout layout();

  /** What the reference code reports; their mean chooses the best epoch. */
  List<Metric> metrics();

  /** The seed of splits and subsets; the reference code's data_seed. */
  long dataSeed();

  /** How many training rows to keep; all where empty. */
  OptionalInt maxTrainSamples();

  /** How the paper trains on it. */
  PaperSetting paper();

  /** The texts of a row, in the order of the source. */
  default List<Field> fields() {
    return template().columns().stream()
        .map(column -> new Field(column, headers().getOrDefault(column, column)))
        .toList();
  }

  /** The columns of files that tables are made from; the labels' where it is wanted. */
  default WantedColumns columns(boolean labelled) {
    List<Field> columns = new ArrayList<>(fields());
    if (target() instanceof ClassLabels labels) {
      labels.group().ifPresent(group -> columns.add(new Field(group, group)));
    }
    if (labelled) {
      columns.add(new Field(Target.LABEL, label()));
    }
    return new WantedColumns(List.copyOf(columns), labelled);
  }

  /**
   * The source text of a row (reference code's preprocessors).
   *
   * @param text gives the text of a column by its name in the template
   * @param withTaskName whether the task's name stands first: for all methods but adapters
   */
  default String source(UnaryOperator<String> text, boolean withTaskName) {
    String source = template().fill(text);
    return withTaskName ? prefix() + " " + source : source;
  }
}
