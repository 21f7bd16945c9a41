package io.github.compacter4j.sweep.slurm;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.AtomicFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What jobs read however long they wait, whatever is edited or built meanwhile: the sweep's file,
 * the names of the cells, the compiled classes, the list of libraries, and the scripts.
 */
final class FrozenFolder {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
  private static final String VARIABLES =
      "(COMPACTER4J|MALLOC|MKL|OMP|GOMP|HF|PYTORCH)_.*|GLIBC_TUNABLES|LC_ALL";

  private final Path path;

  private FrozenFolder(Path path) {
    this.path = path;
  }

  /** Makes a new one in the folder of a sweep. */
  static FrozenFolder create(Path sweep) {
    Path parent = JobRecord.folder(sweep.toAbsolutePath().normalize());
    String stamp = LocalDateTime.now().format(STAMP);
    try {
      Files.createDirectories(parent);
      for (int number = 1; ; number++) {
        try {
          Path path = Files.createDirectory(parent.resolve("%s-%02d".formatted(stamp, number)));
          Files.createDirectory(path.resolve("logs"));
          return new FrozenFolder(path);
        } catch (FileAlreadyExistsException e) {
          continue; // made in the same second
        }
      }
    } catch (IOException e) {
      throw new UserException(parent + ": the scripts and logs of jobs cannot be written here", e);
    }
  }

  Path path() {
    return path;
  }

  Path logs() {
    return path.resolve("logs");
  }

  Path sweep() {
    return path.resolve("sweep.yaml");
  }

  /** Copies the sweep's file and the class path, and writes down the cells. */
  void fill(Path sweep, List<String> cells) {
    try {
      Files.copy(sweep, sweep());
      List<String> libraries = new ArrayList<>();
      List<String> classes = new ArrayList<>();
      for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
        Path entry = Path.of(place).toAbsolutePath();
        if (Files.isDirectory(entry)) {
          classes.add("classes-" + (classes.size() + 1));
          copy(entry, path.resolve(classes.get(classes.size() - 1)));
        } else {
          libraries.add(entry.toString());
        }
      }
      requireThere(libraries);
      List<String> classPath = new ArrayList<>();
      classes.forEach(name -> classPath.add(path.resolve(name).toString()));
      classPath.addAll(libraries);
      write("libraries.txt", classPath);
      write("cells.txt", cells);
    } catch (IOException e) {
      throw new UserException(path + ": cannot be filled", e);
    }
  }

  private static void requireThere(List<String> libraries) {
    libraries.stream()
        .filter(library -> !Files.isReadable(Path.of(library)))
        .findFirst()
        .ifPresent(
            missing -> {
              throw new UserException(missing + ": this library is not there, and jobs need it");
            });
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private void write(String name, List<String> lines) {
    AtomicFiles.write(path.resolve(name), String.join("\n", lines) + "\n");
  }

  /**
   * Writes a script of bash.
   *
   * @param options of {@code sbatch}
   * @param lines what it does
   */
  Path script(String name, List<String> options, List<String> lines) {
    List<String> text = new ArrayList<>(List.of("#!/bin/bash"));
    options.forEach(option -> text.add("#SBATCH " + option));
    environment().forEach((key, value) -> text.add("export %s=%s".formatted(key, quoted(value))));
    text.addAll(lines);
    write(name, text);
    return path.resolve(name);
  }

  /** The variables by which a job computes as this process would. */
  private static Map<String, String> environment() {
    Map<String, String> variables = new TreeMap<>(System.getenv());
    variables.keySet().removeIf(name -> !name.matches(VARIABLES));
    Home.folder().ifPresent(home -> variables.put(Home.VARIABLE, home.toString()));
    return variables;
  }

  /** Words as bash reads them back. */
  static String quoted(List<String> words) {
    return words.stream().map(FrozenFolder::quoted).collect(Collectors.joining(" "));
  }

  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
