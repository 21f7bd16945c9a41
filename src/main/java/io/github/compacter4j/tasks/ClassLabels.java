package io.github.compacter4j.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.columns.Column;

/**
 * Classes, written by the model as their number.
 *
 * @param names the labels as they stand in the files; the position of each is its number
 */
public record ClassLabels(List<String> names) implements Target {
  /** Keeps its own copy. */
  public ClassLabels {
    names = List.copyOf(names);
  }

  /** Classes by their names in the files, class 0 first. */
  public static ClassLabels of(String... names) {
    return new ClassLabels(List.of(names));
  }

  @Override
  public OptionalDouble parse(String cell) {
    int number = names.indexOf(cell);
    return number < 0 ? OptionalDouble.empty() : OptionalDouble.of(number);
  }

  @Override
  public String expected() {
    return "one of " + String.join(", ", names);
  }

  @Override
  public Column<?> column(String name, double[] labels) {
    return IntColumn.create(name, Arrays.stream(labels).mapToInt(l -> (int) l).toArray());
  }

  @Override
  public String text(double label) {
    return Integer.toString((int) label);
  }

  @Override
  public List<String> texts() {
    return IntStream.range(0, names.size()).mapToObj(Integer::toString).toList();
  }
}
