package io.github.compacter4j.tasks;

import io.github.compacter4j.metrics.Reference;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Classes, written by the model as their number.
 *
 * @param names the labels as they stand in the files; the position of each is its number
 * @param group the column whose number is common to the rows of one question (MultiRC), if any
 */
public record ClassLabels(List<String> names, Optional<String> group) implements Target {
  /** Keeps its own copy. */
  public ClassLabels {
    names = List.copyOf(names);
  }

  /** Classes by their names in the files, class 0 first. */
  public static ClassLabels of(String... names) {
    return new ClassLabels(List.of(names), Optional.empty());
  }

  /** These classes, with the rows of one question marked by the number in a column. */
  public ClassLabels groupedBy(String column) {
    return new ClassLabels(names, Optional.of(column));
  }

  /** The name of the class whose number this is; a text that is no class's number as it stands. */
  public String named(String text) {
    int number = texts().indexOf(text);
    return number < 0 ? text : names.get(number);
  }

  @Override
  public boolean accepts(String cell) {
    return names.contains(cell);
  }

  @Override
  public String expected() {
    return "one of " + String.join(", ", names);
  }

  @Override
  public Column<?> column(String name, List<String> cells) {
    return IntColumn.create(name, cells.stream().mapToInt(names::indexOf).toArray());
  }

  @Override
  public List<Reference> references(Table table, int row) {
    String text = Integer.toString(table.intColumn(LABEL).getInt(row));
    return List.of(
        group
            .map(column -> Reference.grouped(table.intColumn(column).getInt(row), text))
            .orElseGet(() -> Reference.of(text)));
  }

  @Override
  public List<String> texts() {
    return IntStream.range(0, names.size()).mapToObj(Integer::toString).toList();
  }
}
