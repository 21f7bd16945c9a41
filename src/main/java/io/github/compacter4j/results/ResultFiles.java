package io.github.compacter4j.results;

import io.github.compacter4j.UserException;
import io.github.compacter4j.run.RunResult;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

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
    foldersBelow(place)
        .forEach(
            folder -> {
              if (Files.exists(folder.resolve(NAME))) {
                readFile(folder.resolve(NAME));
              } else if (Files.exists(folder.resolve("config.json"))) {
                problems.add(folder + ": this run has no result yet");
              }
            });
  }

  /** All that can be looked into; others are problems, but what is gone by now is none. */
  private SortedSet<Path> foldersBelow(Path place) {
    SortedSet<Path> folders = new TreeSet<>();
    try {
      Files.walkFileTree(
          place,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              folders.add(folder);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              if (!(e instanceof NoSuchFileException)) {
                problems.add(file + ": cannot be read");
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) {
              return FileVisitResult.CONTINUE; // one that a running run has removed meanwhile
            }
          });
    } catch (IOException e) {
      throw new UserException(place + ": cannot be read", e);
    }
    return folders;
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
