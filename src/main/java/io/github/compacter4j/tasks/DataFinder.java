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
  private final boolean chosen;

  /**
   * What was found.
   *
   * @param place the folder as reports name it, free of the machine's own paths
   */
  record Found(Edition edition, Path folder, String place) {}

  DataFinder(Optional<Path> named, Optional<Path> home) {
    this(named, home, false);
  }

  private DataFinder(Optional<Path> named, Optional<Path> home, boolean chosen) {
    this.named = named;
    this.home = home;
    this.chosen = chosen;
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
    return new DataFinder(Optional.of(folder), Optional.empty(), true);
  }

  Found find(Task task) {
    if (task.definition().isPresent()) {
      return beside(task, task.definition().get());
    }
    List<Found> candidates = candidates(task);
    return candidates.stream()
        .filter(DataFinder::hasFiles)
        .findFirst()
        .map(DataFinder::described)
        .orElseThrow(() -> nothing(task, candidates));
  }

  /** A user's own task names its files itself. */
  private Found beside(Task task, Path definition) {
    if (chosen) {
      throw UserException.usage(
          "task %s: its files lie beside %s; it takes no other data folder"
              .formatted(task.name(), definition));
    }
    Path folder = definition.toAbsolutePath().getParent();
    return new Found(task.editions().get(0), folder, folder.getFileName().toString());
  }

  private static Found described(Found found) {
    if (!found.edition().described()) {
      return found;
    }
    Task task = TaskYaml.read(found.folder().resolve(TaskYaml.NAME));
    return new Found(task.editions().get(0), found.folder(), found.place());
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
    boolean anywhere = edition.official() || edition.locations().isEmpty();
    if (anywhere || edition.locations().contains(name)) {
      candidates.add(new Found(edition, folder, name));
    }
  }

  private static void under(Edition edition, Path root, List<Found> candidates) {
    edition.locations().forEach(at -> candidates.add(new Found(edition, root.resolve(at), at)));
  }

  private static boolean hasFiles(Found candidate) {
    return candidate.edition().required().stream()
        .allMatch(name -> Files.isRegularFile(candidate.folder().resolve(name)));
  }

  private UserException nothing(Task task, List<Found> candidates) {
    Edition official = task.editions().get(0);
    String place = official.locations().isEmpty() ? "them" : official.locations().get(0);
    String advice =
        home.map(folder -> ", or put them into " + folder.resolve("data/" + place)).orElse("");
    return new UserException(
        "task %s: no data found; looked for %s in: %s. Name a folder that holds %s, or the task's own,"
                .formatted(
                    task.name(),
                    String.join(" and ", official.required()),
                    candidates.stream()
                        .map(c -> c.folder().toString())
                        .collect(Collectors.joining(", ")),
                    place)
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
