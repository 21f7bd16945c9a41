package io.github.compacter4j.tasks;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

  private static final String ZIP = ".zip";
  private static final String PARTIAL = "_partial/";

  private final Optional<Path> named;
  private final Optional<Path> home;
  private final Optional<Path> cache;
  private final Optional<DataFetcher> fetcher;

  /**
   * What was found.
   *
   * @param folder the files; inside a zip where they lie in one
   * @param place the folder or zip as reports name it, free of the machine's own paths
   */
  record Found(Edition edition, Path folder, String place) {
    /** Whether it lies where a whole official set lies. */
    boolean isWhole() {
      return edition.official() && !place.contains(PARTIAL);
    }

    boolean inZip() {
      return !folder.getFileSystem().equals(FileSystems.getDefault());
    }

    /** The folder or zip on this machine. */
    Path at() {
      return inZip() ? Path.of(folder.getFileSystem().toString()) : folder;
    }

    /** A mistake in one of the files, naming the zip where they lie in one. */
    UserException located(UserException mistake) {
      return inZip() ? new UserException(at() + ": " + mistake.getMessage()) : mistake;
    }
  }

  /** A place to look at: a folder or a zip. */
  private record Candidate(Edition edition, Path at, String place) {
    boolean isZip() {
      return at.toString().endsWith(ZIP) && Files.isRegularFile(at);
    }

    Optional<Found> found() {
      if (isZip()) {
        return inZip().map(folder -> new Found(edition, folder, place));
      }
      boolean complete =
          edition.required().stream().allMatch(name -> Files.isRegularFile(at.resolve(name)));
      return complete ? Optional.of(new Found(edition, at, place)) : Optional.empty();
    }

    /** Whether it has the name that the set has in a folder of benchmarks. */
    boolean isNamed() {
      String name = place.endsWith(ZIP) ? place.substring(0, place.length() - 4) : place;
      return edition.locations().stream().anyMatch(at -> Path.of(at).endsWith(name));
    }

    private Optional<Path> inZip() {
      String location = edition.locations().isEmpty() ? place : edition.locations().get(0);
      Set<String> all = new LinkedHashSet<>(edition.required());
      Stream.concat(edition.files().values().stream(), edition.others().stream())
          .forEach(file -> all.add(file.name()));
      String name = location.substring(location.lastIndexOf('/') + 1);
      return ZipFolder.find(at, name, edition.required(), all);
    }
  }

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
    Optional<Path> data =
        Optional.ofNullable(System.getenv(VARIABLE)).filter(v -> !v.isBlank()).map(Path::of);
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

  /** The same, fetching the official files of a task of which it finds no whole set. */
  public DataFinder fetching(DataFetcher by) {
    return new DataFinder(named, home, cache, Optional.of(by));
  }

  /**
   * The folder or zip where a task's data lie.
   *
   * @throws UserException where no place has them
   */
  public Path place(Task task) {
    return find(task).at();
  }

  /** Whether a place has a task's data. */
  public boolean has(Task task) {
    return search(task).isPresent();
  }

  Found find(Task task) {
    return search(task).orElseThrow(() -> nothing(task, candidates(task)));
  }

  /** What {@link #find} finds, empty where there is nothing. */
  Optional<Found> search(Task task) {
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

  private static Found fetched(Task task, DataFetcher fetcher) {
    Path folder = fetcher.fetch(task).folder();
    return task.editions().stream()
        .filter(Edition::official)
        .map(edition -> new Candidate(edition, folder, edition.locations().get(0)))
        .flatMap(candidate -> candidate.found().stream())
        .findFirst()
        .orElseThrow();
  }

  /** A user's own task names its files itself. */
  private Found beside(Task task, Path definition) {
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
    Task task = TaskYaml.read(found.folder().resolve(TaskYaml.NAME));
    return new Found(task.editions().get(0), found.folder(), found.place());
  }

  private List<Candidate> candidates(Task task) {
    List<Candidate> candidates = new ArrayList<>();
    named.ifPresent(place -> task.editions().forEach(edition -> own(edition, place, candidates)));
    List<Path> roots =
        Stream.of(named, home.map(folder -> folder.resolve("data")), cache)
            .flatMap(Optional::stream)
            .toList();
    for (Path root : roots) {
      under(task, root, at -> !at.contains(PARTIAL), true, candidates);
      under(task, root, at -> at.contains(PARTIAL), true, candidates);
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
              .flatMap(at -> Stream.of(at, at + ZIP))
              .filter(whole::endsWith)
              .findFirst()
              .orElse(name);
      candidates.add(new Candidate(edition, place, known));
    }
  }

  private static void under(
      Task task,
      Path root,
      Predicate<String> wanted,
      boolean official,
      List<Candidate> candidates) {
    for (Edition edition : task.editions()) {
      if (edition.official() == official) {
        edition.locations().stream()
            .filter(wanted)
            .flatMap(at -> Stream.of(at, at + ZIP))
            .forEach(at -> candidates.add(new Candidate(edition, root.resolve(at), at)));
      }
    }
  }

  /**
   * Every set of a task in the named place: under the benchmarks' names, there even without some of
   * its files, or as the place itself where that has the set's name.
   */
  List<Found> all(Task task) {
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

  private UserException nothing(Task task, List<Candidate> candidates) {
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
                        .filter(at -> !at.endsWith(ZIP))
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
        && !(place.toString().endsWith(ZIP) && Files.isRegularFile(place))) {
      throw new UserException(
          "%s %s: expected a folder, or a task's zip, found none".formatted(what, place));
    }
  }
}
