package io.github.compacter4j.notebook;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a cell ended with. Its message is what the notebook shows, since programs that execute
 * notebooks, such as nbconvert, tell the reply's message and no output of the cell.
 */
final class CellFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Pattern COLOURS = Pattern.compile("\u001B\\[[0-9;]*m");

  private final transient List<String> lines;

  /** Lines as the notebook shows them, colours included. */
  CellFailure(List<String> lines, Exception cause) {
    super(plain(lines), cause, false, false);
    this.lines = List.copyOf(lines);
  }

  private static String plain(List<String> lines) {
    return lines.stream()
        .map(line -> COLOURS.matcher(line).replaceAll(""))
        .collect(Collectors.joining("\n"));
  }

  List<String> lines() {
    return lines;
  }
}
