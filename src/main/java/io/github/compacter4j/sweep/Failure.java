package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code failure.json} in a cell holds.
 *
 * @param message what went wrong
 * @param trace where, unless it was a mistake of the user's
 * @param impossible whether the model cannot have the method, so that another try would end alike
 */
record Failure(String message, String trace, boolean impossible) {
  private static final String NAME = "failure.json";

  static Failure of(RuntimeException error) {
    if (error instanceof UserException) {
      return new Failure(error.getMessage(), null, false);
    }
    StringWriter trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace));
    return new Failure(error.toString(), trace.toString(), false);
  }

  static Optional<Failure> read(Path cell) {
    Path file = cell.resolve(NAME);
    try {
      return Optional.of(Json.mapper().readValue(Files.readAllBytes(file), Failure.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read", e);
    }
  }

  void write(Path cell) {
    AtomicFiles.write(cell.resolve(NAME), Json.text(this));
  }

  /** Forgets it, so that the cell is tried again. */
  static void clear(Path cell) {
    try {
      Files.deleteIfExists(cell.resolve(NAME));
    } catch (IOException e) {
      throw new UserException(cell.resolve(NAME) + ": cannot be removed", e);
    }
  }
}
