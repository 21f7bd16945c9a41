package io.github.compacter4j.tables;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Hashes;
import io.github.compacter4j.files.LineReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A file of comma-separated columns with quoting as in RFC 4180; a quoted text may have lines. */
public final class CsvFile {
  private CsvFile() {}

  /**
   * Reads the wanted columns.
   *
   * @throws UserException naming file and line where it is missing, without rows, not UTF-8, lacks
   *     a column, is quoted wrongly, or a row has another number of columns and is refused
   */
  public static Rows read(Path path, WantedColumns columns, BrokenRows ifBroken) {
    MessageDigest digest = Hashes.sha256();
    long line = 1;
    try (Reader text =
            new InputStreamReader(
                new DigestInputStream(LineReader.open(path), digest),
                StandardCharsets.UTF_8.newDecoder());
        CSVParser parser = CSVFormat.RFC4180.parse(text)) {
      Rows rows = new Rows(path, columns, ifBroken);
      List<String> header = List.of();
      int[] places = {};
      for (CSVRecord row : parser) {
        if (header.isEmpty()) {
          header = header(row);
          Rows.checkHeader(path, columns, header);
          places = columns.in(header);
        } else if (row.size() != header.size()) {
          rows.meetBroken(
              line,
              "expected %d comma-separated columns (%s), found %d"
                  .formatted(header.size(), Rows.named(header), row.size()));
        } else {
          rows.add(line, Rows.pick(row.values(), places));
        }
        line = parser.getCurrentLineNumber() + 1;
      }
      return rows.done(Hashes.hex(digest));
    } catch (IOException | UncheckedIOException | IllegalStateException e) {
      checkText(path);
      throw UserException.inLine(
          path,
          line,
          "expected quotes around a whole text, and a quote within it twice;"
              + " found others in the row that begins here");
    }
  }

  /** Names the line of a byte that is not UTF-8, which the parser meets while it reads ahead. */
  private static void checkText(Path path) {
    try (LineReader lines = new LineReader(path)) {
      for (String line = lines.next(); line != null; ) {
        line = lines.next();
      }
    }
  }

  private static List<String> header(CSVRecord row) {
    String[] names = row.values();
    if (names[0].startsWith("\uFEFF")) {
      names[0] = names[0].substring(1);
    }
    return List.of(names);
  }
}
