package io.github.compacter4j.tables;

import io.github.compacter4j.files.LineReader;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of tab-separated columns, read exactly: no quoting, no escapes, nothing trimmed, one
 * record a line.
 */
public final class TsvFile {
  private TsvFile() {}

  /**
   * Reads the wanted columns.
   *
   * @param names the names of its columns where it has no header line; else empty
   * @param ifBroken what becomes of lines with another number of columns
   * @throws io.github.compacter4j.UserException naming file and line where it is missing, without
   *     rows, not UTF-8, lacks a column, or has a broken line that is refused
   */
  public static Rows read(
      Path path, List<String> names, WantedColumns columns, BrokenRows ifBroken) {
    Rows rows = new Rows(path, columns, ifBroken);
    boolean forgiving = ifBroken == BrokenRows.DROPPED;
    try (LineReader lines = new LineReader(path)) {
      List<String> header = names.isEmpty() ? header(lines) : names;
      Rows.checkHeader(path, columns, header);
      int[] places = columns.in(header);
      for (String line = lines.next(); line != null; line = lines.next()) {
        String[] cells = line.split("\t", -1);
        if (!forgiving && cells.length != header.size()) {
          rows.meetBroken(
              lines.number(),
              "expected %d tab-separated columns (%s), found %d"
                  .formatted(header.size(), Rows.named(header), cells.length));
          continue;
        }
        String[] wanted = Rows.pick(cells, places);
        if (wanted == null || forgiving && columns.labelled() && last(wanted).isEmpty()) {
          rows.drop(lines.number());
        } else {
          rows.add(lines.number(), wanted);
        }
      }
      return rows.done(lines.sha256());
    }
  }

  private static List<String> header(LineReader lines) {
    String line = lines.next();
    return line == null ? List.of() : List.of(line.split("\t", -1));
  }

  private static String last(String[] cells) {
    return cells[cells.length - 1];
  }
}
