package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Reference;
import java.util.List;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Texts of which any is right (ReCoRD): an example an answer, each scored against all of them. A
 * row without answers is one example whose answer is the unknown token. Cells are JSON arrays.
 */
public record Answers() implements Target {
  private static final String NONE = "<unk>";

  @Override
  public boolean accepts(String cell) {
    try {
      Cleanup.list(cell);
      return true;
    } catch (UserException e) {
      return false;
    }
  }

  @Override
  public String expected() {
    return "a JSON array of answers";
  }

  @Override
  public Column<?> column(String name, List<String> cells) {
    return StringColumn.create(name, cells);
  }

  @Override
  public List<Reference> references(Table table, int row) {
    List<String> answers = Cleanup.list(table.stringColumn(LABEL).get(row));
    List<String> right = answers.isEmpty() ? List.of(NONE) : answers;
    return right.stream().map(answer -> new Reference(answer, 0, right)).toList();
  }

  @Override
  public List<String> texts() {
    return List.of();
  }
}
