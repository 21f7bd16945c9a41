package io.github.compacter4j.tables;

import java.util.List;

/** How the records of a JSON lines file hold rows. */
@FunctionalInterface
public interface RecordLayout {
  /**
   * The wanted cells of the rows of one record.
   *
   * @throws io.github.compacter4j.UserException without a file's name, where the record has another
   *     form
   */
  List<String[]> rows(JsonRecord line, WantedColumns columns);
}
