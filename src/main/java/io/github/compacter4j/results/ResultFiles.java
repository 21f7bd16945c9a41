package io.github.compacter4j.results;

import io.github.compacter4j.UserException;
import io.github.compacter4j.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds and reads the {@code result.json} files below some places. */
final class ResultFiles {
  private static final String NAME = "result.json";

  final List<Entry> entries = new ArrayList<>();

  /** What could not be read, a line each that begins with the file. */
  final List<String> problems = new ArrayList<>();

  /** Reads a file itself, and of a folder all results at any depth, in the order of their paths. */
  void read(Path place) {
    if (Files.isRegularFile(place)) {
      readFile(place);
      return;
    }
    if (!Files.isDirectory(place)) {
      throw new UserException(place + ": no such file or folder");
    }
    try (Stream<Path> found = Files.walk(place)) {
      for (Path folder : found.filter(Files::isDirectory).sorted().toList()) {
        if (Files.exists(folder.resolve(NAME))) {
          readFile(folder.resolve(NAME));
        } else if (Files.exists(folder.resolve("config.json"))) {
          problems.add(folder + ": this run has no result yet");
        }
      }
    } catch (IOException e) {
      throw new UserException(place + ": cannot be read", e);
    }
  }

  private void readFile(Path file) {
    try {
      RunResult result = RunResult.read(file);
      if (result.validation().metrics().isEmpty()
          || !result.validation().metrics().keySet().equals(result.test().metrics().keySet())) {
        throw new UserException(file + ": expected the same metrics on validation and test");
      }
      entries.add(Entry.of(file.toString(), result));
    } catch (UserException e) {
      boolean named = e.getMessage().startsWith(file.toString());
      problems.add(named ? e.getMessage() : file + ": " + e.getMessage());
    }
  }
}
