package io.github.compacter4j.tables;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Disguise;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Reads a file of rows by what its name ends in. */
public final class TableFile {
  private TableFile() {}

  /**
   * The wanted columns of a file.
   *
   * @param layout how JSON lines hold the rows
   * @param header the names of the columns where a file of tab-separated ones has no header line;
   *     else empty
   * @param ifBroken what becomes of rows that cannot be read; only tab-separated ones are dropped
   * @throws UserException naming file and line where it is malformed
   */
  public static Rows read(
      Path path,
      RecordLayout layout,
      WantedColumns columns,
      List<String> header,
      BrokenRows ifBroken) {
    Disguise.refuse(path);
    return switch (ending(path)) {
      case "tsv", "txt" -> TsvFile.read(path, header, columns, ifBroken);
      case "csv" -> CsvFile.read(path, columns, ifBroken);
      case "jsonl" -> JsonLines.read(path, layout, columns, ifBroken);
      default ->
          throw new UserException(
              path + ": expected a file that ends in .tsv, .csv or .jsonl, found another name");
    };
  }

  private static String ending(Path path) {
    String name = Objects.toString(path.getFileName(), "").toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
