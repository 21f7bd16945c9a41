package io.github.compacter4j.tasks.find;

import io.github.compacter4j.tables.BrokenRows;
import io.github.compacter4j.tables.Field;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tables.TsvFile;
import io.github.compacter4j.tables.WantedColumns;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * MRPC's choice of validation rows from the corpus's training file: a file of pairs of numbers.
 *
 * @param file the file of pairs, a pair a line
 * @param listed whether the listed rows count, or all others
 */
public record DevIds(String file, boolean listed) {
  static final List<Field> COLUMNS =
      List.of(new Field("#1 ID", "#1 ID"), new Field("#2 ID", "#2 ID"));

  /** The rows that count. */
  Rows choose(Rows rows, Path folder) {
    Rows ids =
        TsvFile.read(
            folder.resolve(file),
            List.of("#1 ID", "#2 ID"),
            new WantedColumns(COLUMNS, false),
            BrokenRows.DROPPED);
    Set<List<String>> pairs = new HashSet<>(pairs(ids));
    List<List<String>> all = pairs(rows);
    return rows.where(row -> pairs.contains(all.get(row)) == listed);
  }

  private static List<List<String>> pairs(Rows rows) {
    List<String> first = rows.column("#1 ID");
    List<String> second = rows.column("#2 ID");
    return IntStream.range(0, rows.size())
        .mapToObj(row -> List.of(first.get(row), second.get(row)))
        .toList();
  }
}
