package io.github.compacter4j.tasks;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds a task's files: in a folder that the user names, else in the project's {@code data},
 * official sets first. A complete set wins over a part of it.
 */
public final class DataFinder {
  /** The environment variable that names a folder of benchmarks, or one task's own. */
  public static final String VARIABLE = "COMPACTER4J_DATA";

  private final Optional<Path> named;
  private final Optional<Path> home;

  /**
   * What was found.
   *
   * @param place the folder as reports name it, free of the machine's own paths
   */
  record Found(Edition edition, Path folder, String place) {}

  DataFinder(Optional<Path> named, Optional<Path> home) {
    this.named = named;
    this.home = home;
  }

  /**
   * Looks in the folder of {@code COMPACTER4J_DATA}, then in {@code data} of the project's folder.
   *
   * @throws UserException where the variable names something that is not a folder
   */
  public static DataFinder usual() {
    Optional<Path> data =
        Optional.ofNullable(System.getenv(VARIABLE)).filter(v -> !v.isBlank()).map(Path::of);
    data.ifPresent(folder -> requireFolder(folder, VARIABLE));
    return new DataFinder(data, Home.folder());
  }

  /**
   * Looks in this folder alone: it holds {@code glue/TASK} and the like, or is the task's own.
   *
   * @throws UserException where it is not a folder
   */
  public static DataFinder in(Path folder) {
    requireFolder(folder, "data folder");
    return new DataFinder(Optional.of(folder), Optional.empty());
  }

  Found find(Task task) {
    List<Found> candidates = candidates(task);
    return candidates.stream()
        .filter(DataFinder::hasFiles)
        .findFirst()
        .orElseThrow(() -> nothing(task, candidates));
  }

  private List<Found> candidates(Task task) {
    List<Found> candidates = new ArrayList<>();
    named.ifPresent(folder -> task.editions().forEach(edition -> own(edition, folder, candidates)));
    for (Edition edition : task.editions()) {
      named.ifPresent(folder -> under(edition, folder, candidates));
      home.ifPresent(folder -> under(edition, folder.resolve("data"), candidates));
    }
    return candidates;
  }

  private static void own(Edition edition, Path folder, List<Found> candidates) {
    String name = Objects.toString(folder.toAbsolutePath().normalize().getFileName(), "/");
    if (edition.official() || edition.locations().contains(name)) {
      candidates.add(new Found(edition, folder, name));
    }
  }

  private static void under(Edition edition, Path root, List<Found> candidates) {
    edition.locations().forEach(at -> candidates.add(new Found(edition, root.resolve(at), at)));
  }

  private static boolean hasFiles(Found candidate) {
    return files(candidate.edition()).stream()
        .allMatch(name -> Files.isRegularFile(candidate.folder().resolve(name)));
  }

  private static List<String> files(Edition edition) {
    return edition.labelled().stream().map(split -> edition.files().get(split).name()).toList();
  }

  private UserException nothing(Task task, List<Found> candidates) {
    Edition official = task.editions().get(0);
    String advice =
        home.map(
                folder ->
                    ", or put them into " + folder.resolve("data/" + official.locations().get(0)))
            .orElse("");
    return new UserException(
        "task %s: no data found; looked for %s in: %s. Name a folder that holds %s, or the task's own,"
                .formatted(
                    task.name(),
                    String.join(" and ", files(official)),
                    candidates.stream()
                        .map(c -> c.folder().toString())
                        .collect(Collectors.joining(", ")),
                    official.locations().get(0))
            + " with --data or "
            + VARIABLE
            + advice);
  }

  private static void requireFolder(Path folder, String what) {
    if (!Files.isDirectory(folder)) {
      throw new UserException("%s %s: expected a folder, found none".formatted(what, folder));
    }
  }
}
