package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A file of tab-separated columns, read exactly: no quoting, no escapes, nothing trimmed, one
 * record a line. LF and CRLF end a line; a byte order mark before the header is dropped.
 */
public final class TsvFile {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path path;
  private final List<String> header;
  private final int firstLine;
  private final List<String[]> rows = new ArrayList<>();
  private final String sha256;

  private TsvFile(Path path, List<String> columns, byte[] bytes) {
    this.path = path;
    this.sha256 = digest(bytes);
    List<String> lines = lines(bytes);
    boolean ownHeader = columns.isEmpty();
    if (lines.size() <= (ownHeader ? 1 : 0)) {
      throw new UserException(
          path + ": expected rows" + (ownHeader ? " after a header line" : "") + ", found none");
    }
    this.header = ownHeader ? header(lines.get(0)) : columns;
    this.firstLine = ownHeader ? 2 : 1;
    lines.stream().skip(firstLine - 1).map(line -> line.split("\t", -1)).forEach(this::add);
  }

  /**
   * Reads a file whose first line names its columns.
   *
   * @throws UserException naming file and line where it is missing, without rows, not UTF-8, or
   *     where a line has another number of columns
   */
  public static TsvFile read(Path path) {
    return read(path, List.of());
  }

  /** Reads a file without a header line, whose columns are these; else as {@link #read(Path)}. */
  public static TsvFile read(Path path, List<String> columns) {
    if (!Files.isRegularFile(path)) {
      throw new UserException(path + ": expected a file of tab-separated columns, found no file");
    }
    try {
      return new TsvFile(path, columns, Files.readAllBytes(path));
    } catch (IOException e) {
      throw new UserException(path + ": cannot be read", e);
    }
  }

  /** The names of the columns. */
  public List<String> header() {
    return header;
  }

  /** The number of data rows. */
  public int rows() {
    return rows.size();
  }

  /** The sha256 of the file's bytes, in lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /**
   * The cells of a column.
   *
   * @throws UserException where no column has this name; it lists those that exist
   */
  public List<String> column(String name) {
    int index = header.indexOf(name);
    if (index < 0) {
      throw new UserException(
          "%s, line 1: expected a column '%s', found the columns: %s"
              .formatted(path, name, String.join(", ", header)));
    }
    return rows.stream().map(cells -> cells[index]).toList();
  }

  /**
   * Checks that there are enough data rows.
   *
   * @throws UserException where there are fewer
   */
  void requireRows(int least) {
    if (rows.size() < least) {
      throw new UserException(
          "%s: expected at least %d rows, which the paper's split of this task needs; found %d"
              .formatted(path, least, rows.size()));
    }
  }

  /** A mistake in a data row, counted from 0; the message starts with file and line. */
  public UserException mistake(int row, String message) {
    return new UserException("%s, line %d: %s".formatted(path, firstLine + row, message));
  }

  private void add(String[] cells) {
    if (cells.length != header.size()) {
      throw mistake(
          rows.size(),
          "expected %d tab-separated columns (%s), found %d"
              .formatted(header.size(), String.join(", ", header), cells.length));
    }
    rows.add(cells);
  }

  private static List<String> header(String line) {
    String names = line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
    return List.of(names.split("\t", -1));
  }

  private List<String> lines(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    for (int start = 0; start < bytes.length; ) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      boolean carriageReturn = end > start && bytes[end - 1] == '\r';
      ByteBuffer line = ByteBuffer.wrap(bytes, start, end - start - (carriageReturn ? 1 : 0));
      lines.add(decode(line, lines.size() + 1));
      start = end + 1;
    }
    return lines;
  }

  private String decode(ByteBuffer line, int number) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(line).toString();
    } catch (CharacterCodingException e) {
      throw new UserException("%s, line %d: expected UTF-8 text".formatted(path, number), e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
