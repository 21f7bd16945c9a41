package io.github.compacter4j.tasks.find;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.Variables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds a task's files: in a folder or zip that the user names, then in the project's {@code data},
 * then in the user's cache; official sets first. In each place a complete set wins over a part of
 * it. A zip may lie where a folder would, such as {@code glue/RTE.zip}.
 */
public final class DataFinder {
  /**
   * The environment variable that names a folder of benchmarks, or one task's own folder or zip.
   */
  public static final String VARIABLE = "COMPACTER4J_DATA";

  private final Optional<Path> named;
  private final Optional<Path> home;
  private final Optional<Path> cache;
  private final Optional<DataFetcher> fetcher;

  private DataFinder(
      Optional<Path> named,
      Optional<Path> home,
      Optional<Path> cache,
      Optional<DataFetcher> fetcher) {
    this.named = named;
    this.home = home;
    this.cache = cache;
    this.fetcher = fetcher;
  }

  DataFinder(Optional<Path> named, Optional<Path> home, Optional<Path> cache) {
    this(named, home, cache, Optional.empty());
  }

  /**
   * Looks in the folder of {@code COMPACTER4J_DATA}, then in {@code data} of the project's folder,
   * then in the user's cache.
   *
   * @throws UserException where the variable names something that is neither folder nor zip
   */
  public static DataFinder usual() {
    Optional<Path> data = new Variables(System.getenv()).folder(VARIABLE);
    data.ifPresent(folder -> require(folder, VARIABLE));
    return new DataFinder(data, Home.folder(), Optional.of(DataFetcher.cache()));
  }

  /**
   * Looks in this place alone: a folder that holds {@code glue/TASK} and the like, or the task's
   * own folder or zip.
   *
   * @throws UserException where it is neither folder nor zip
   */
  public static DataFinder in(Path place) {
    require(place, "data folder");
    return new DataFinder(Optional.of(place), Optional.empty(), Optional.empty());
  }

  /** This finder, fetching the official files of a task of which it finds no whole set. */
  public DataFinder fetching(DataFetcher by) {
    return new DataFinder(named, home, cache, Optional.of(by));
  }

  /**
   * The folder or zip where a task's data lie.
   *
   * @throws UserException where no place has them
   */
  public Path place(Findable task) {
    return find(task).at();
  }

  /** Whether a place has a task's data. */
  public boolean has(Findable task) {
    return search(task).isPresent();
  }

  /**
   * The files of a task.
   *
   * @throws UserException where no place has them
   */
  public Found find(Findable task) {
    return search(task).orElseThrow(() -> nothing(task, candidates(task)));
  }

  /** What {@link #find} finds, empty where there is nothing. */
  public Optional<Found> search(Findable task) {
    if (task.definition().isPresent()) {
      return Optional.of(beside(task, task.definition().get()));
    }
    Optional<Found> found =
        candidates(task).stream().flatMap(candidate -> candidate.found().stream()).findFirst();
    if (fetcher.isPresent() && found.filter(Found::isWhole).isEmpty()) {
      found = Optional.of(fetched(task, fetcher.get()));
    }
    return found.map(DataFinder::described);
  }

  private static Found fetched(Findable task, DataFetcher fetcher) {
    Path folder = fetcher.fetch(task).folder();
    return task.editions().stream()
        .filter(Edition::official)
        .map(edition -> new Candidate(edition, folder, edition.locations().get(0)))
        .flatMap(candidate -> candidate.found().stream())
        .findFirst()
        .orElseThrow();
  }

  /** A user's own task names its files itself. */
  private Found beside(Findable task, Path definition) {
    if (cache.isEmpty()) { // a place was given
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
    Edition edition = TaskYaml.edition(found.folder().resolve(Edition.DEFINITION));
    return new Found(edition, found.folder(), found.place());
  }

  private List<Candidate> candidates(Findable task) {
    List<Candidate> candidates = new ArrayList<>();
    named.ifPresent(place -> task.editions().forEach(edition -> own(edition, place, candidates)));
    List<Path> roots =
        Stream.of(named, home.map(folder -> folder.resolve("data")), cache)
            .flatMap(Optional::stream)
            .toList();
    for (Path root : roots) {
      under(task, root, at -> !at.contains(Found.PARTIAL), true, candidates);
      under(task, root, at -> at.contains(Found.PARTIAL), true, candidates);
    }
    roots.forEach(root -> under(task, root, at -> true, false, candidates));
    return candidates;
  }

  private static void own(Edition edition, Path place, List<Candidate> candidates) {
    Path whole = place.toAbsolutePath().normalize();
    String name = Objects.toString(whole.getFileName(), "/");
    boolean anywhere = edition.official() || edition.locations().isEmpty();
    if (anywhere || edition.locations().contains(name)) {
      String known =
          edition.locations().stream()
              .flatMap(at -> Stream.of(at, at + Candidate.ZIP))
              .filter(whole::endsWith)
              .findFirst()
              .orElse(name);
      candidates.add(new Candidate(edition, place, known));
    }
  }

  private static void under(
      Findable task,
      Path root,
      Predicate<String> wanted,
      boolean official,
      List<Candidate> candidates) {
    for (Edition edition : task.editions()) {
      if (edition.official() == official) {
        edition.locations().stream()
            .filter(wanted)
            .flatMap(at -> Stream.of(at, at + Candidate.ZIP))
            .forEach(at -> candidates.add(new Candidate(edition, root.resolve(at), at)));
      }
    }
  }

  /**
   * Every set of a task in the named place: under the benchmarks' names, there even without some of
   * its files, or as the place itself where that has the set's name.
   */
  public List<Found> all(Findable task) {
    Map<Path, Found> sets = new LinkedHashMap<>();
    for (Candidate candidate : candidates(task)) {
      if (!candidate.at().equals(named.orElse(null)) || candidate.isNamed()) {
        candidate.found().ifPresent(set -> sets.putIfAbsent(candidate.at(), described(set)));
      }
    }
    for (Candidate candidate : candidates(task)) {
      if (!candidate.at().equals(named.orElse(null)) && Files.isDirectory(candidate.at())) {
        sets.putIfAbsent(
            candidate.at(), new Found(candidate.edition(), candidate.at(), candidate.place()));
      }
    }
    return List.copyOf(sets.values());
  }

  private UserException nothing(Findable task, List<Candidate> candidates) {
    Edition official = task.editions().get(0);
    String place = official.locations().isEmpty() ? "them" : official.locations().get(0);
    String advice =
        home.map(folder -> ", or put them into " + folder.resolve("data/" + place)).orElse("");
    String download =
        DataFetcher.isOfficial(task)
            ? "; or download it: ./compacter4j data fetch " + task.name()
            : "";
    return new UserException(
        "task %s: no data found; looked for %s in: %s. Name a folder that holds %s, or the task's own,"
                .formatted(
                    task.name(),
                    String.join(" and ", official.required()),
                    candidates.stream()
                        .map(candidate -> candidate.at().toString())
                        .filter(at -> !at.endsWith(Candidate.ZIP))
                        .distinct()
                        .collect(Collectors.joining(", ")),
                    place)
            + " with --data or "
            + VARIABLE
            + advice
            + download);
  }

  private static void require(Path place, String what) {
    if (!Files.isDirectory(place)
        && !(place.toString().endsWith(Candidate.ZIP) && Files.isRegularFile(place))) {
      throw new UserException(
          "%s %s: expected a folder, or a task's zip, found none".formatted(what, place));
    }
  }
}
