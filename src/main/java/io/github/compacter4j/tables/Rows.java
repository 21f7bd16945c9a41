package io.github.compacter4j.tables;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What was read from a file: the wanted columns of its rows, as text, and the line of each row. */
public final class Rows {
  private static final int MOST_NAMED = 20; // columns in a message

  private final Path path;
  private final WantedColumns columns;
  private final BrokenRows ifBroken;
  private final List<String[]> cells = new ArrayList<>();
  private final List<Long> lines = new ArrayList<>();
  private final List<Long> dropped = new ArrayList<>();
  private final List<BrokenRow> broken = new ArrayList<>();
  private String sha256 = "";

  Rows(Path path, WantedColumns columns, BrokenRows ifBroken) {
    this.path = path;
    this.columns = columns;
    this.ifBroken = ifBroken;
  }

  /** Adds the wanted cells of a row. */
  void add(long line, String[] row) {
    cells.add(row);
    lines.add(line);
  }

  /** Notes a row that was passed over. */
  void drop(long line) {
    dropped.add(line);
  }

  /**
   * Meets a row that cannot be read.
   *
   * @throws UserException naming file and line, unless broken rows are told
   */
  void meetBroken(long line, String error) {
    if (ifBroken != BrokenRows.TOLD) {
      throw UserException.inLine(path, line, error);
    }
    broken.add(new BrokenRow(line, error));
  }

  /** Notes the checksum at the end of the file. */
  Rows done(String checksum) {
    sha256 = checksum;
    if (cells.isEmpty() && broken.isEmpty()) {
      throw new UserException(path + ": expected rows, found none");
    }
    return this;
  }

  public int size() {
    return cells.size();
  }

  /** The sha256 of the file's bytes, in lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /** The lines, from 1, of rows that lack a column and were dropped. */
  public List<Long> dropped() {
    return List.copyOf(dropped);
  }

  /** The rows that cannot be read, where they are told. */
  public List<BrokenRow> broken() {
    return List.copyOf(broken);
  }

  /** The line of a row, from 1. */
  public long line(int row) {
    return lines.get(row);
  }

  /** The cells of a wanted column, by its name in tables. */
  public List<String> column(String name) {
    int index = columns.fields().stream().map(Field::name).toList().indexOf(name);
    return cells.stream().map(row -> row[index]).toList();
  }

  /** The cell of a row in a wanted column. */
  public String cell(int row, String name) {
    return cells.get(row)[columns.fields().stream().map(Field::name).toList().indexOf(name)];
  }

  /** The rows of which something holds. */
  public Rows where(IntPredicate wanted) {
    Rows kept = new Rows(path, columns, ifBroken);
    IntStream.range(0, size())
        .filter(wanted)
        .forEach(row -> kept.add(lines.get(row), cells.get(row)));
    kept.dropped.addAll(dropped);
    kept.broken.addAll(broken);
    return kept.done(sha256);
  }

  /** Checks that there are enough rows; {@code what} needs them. */
  public void requireRows(int least, String what) {
    if (size() < least) {
      throw new UserException(
          "%s: expected at least %d rows, which %s needs; found %d"
              .formatted(path, least, what, size()));
    }
  }

  /**
   * Tells of rows of which every wanted column but the label is blank, as {@code d.csv: 2 of 60
   * rows have no text, the first in line 8}; empty where there are none.
   */
  public Optional<String> withoutText() {
    List<Long> blank =
        IntStream.range(0, size()).filter(this::hasNoText).mapToObj(lines::get).toList();
    return blank.stream()
        .findFirst()
        .map(
            line ->
                "%s: %,d of %,d rows have no text, the first in line %d"
                    .formatted(path, blank.size(), size(), line));
  }

  private boolean hasNoText(int row) {
    String[] texts = cells.get(row);
    return IntStream.range(0, texts.length)
        .allMatch(column -> columns.isLabel(column) || texts[column].isBlank());
  }

  /** A mistake in a row, counted from 0; the message starts with file and line. */
  public UserException mistake(int row, String message) {
    return UserException.inLine(path, lines.get(row), message);
  }

  /** The names of columns for a message, of many the first ones. */
  static String named(List<String> header) {
    String names =
        header.stream().limit(MOST_NAMED).map(Names::shortened).collect(Collectors.joining(", "));
    return header.size() <= MOST_NAMED
        ? names
        : "%s and %,d more".formatted(names, header.size() - MOST_NAMED);
  }

  /** Checks a header for a wanted column that is missing, or is there twice. */
  static void checkHeader(Path path, WantedColumns columns, List<String> header) {
    int[] places = columns.in(header);
    for (int i = 0; i < places.length; i++) {
      Field field = columns.fields().get(i);
      if (places[i] < 0) {
        throw UserException.inLine(
            path,
            1,
            "expected a column '%s', found the columns: %s"
                .formatted(columns.isLabel(i) ? field.header() : field.name(), named(header)));
      }
      if (header.lastIndexOf(header.get(places[i])) != places[i]) {
        throw UserException.inLine(
            path,
            1,
            "expected one column '%s', found two"
                .formatted(Names.shortened(header.get(places[i]))));
      }
    }
  }

  /** The wanted cells of a whole row, or null where one is missing. */
  static String[] pick(String[] row, int[] places) {
    if (Arrays.stream(places).anyMatch(place -> place >= row.length)) {
      return null;
    }
    return Arrays.stream(places).mapToObj(place -> row[place]).toArray(String[]::new);
  }
}
