package io.github.compacter4j.paper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A file of numbers that the paper prints. */
final class PrintedFile {
  private PrintedFile() {}

  /** The cells of its rows, without notes and the names of the columns. */
  static List<String[]> rows(String file) {
    try (InputStream stream = PrintedFile.class.getResourceAsStream(file)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1)
          .map(line -> line.split(",", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
