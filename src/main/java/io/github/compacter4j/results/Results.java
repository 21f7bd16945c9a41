package io.github.compacter4j.results;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.paper.PaperEfficiency;
import io.github.compacter4j.paper.PaperScores;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.tasks.find.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/**
 * Results of runs, and tables of them.
 *
 * <pre>
 *   Results.in("runs").comparedWithPaper(Paper.GLUE)
 * </pre>
 *
 * <p>Runs are averaged over their seeds only where all else is equal: model, task and data, method
 * with its options, protocol, precision.
 */
public final class Results {
  private final List<Entry> entries;
  private final List<String> problems;

  private Results(List<Entry> entries, List<String> problems) {
    this.entries = List.copyOf(entries);
    this.problems = List.copyOf(problems);
  }

  /** All results in some places, as {@link #in(List)} reads them. */
  public static Results in(String... places) {
    return in(Arrays.stream(places).map(Path::of).toList());
  }

  /**
   * All results in some places: {@code result.json} files, and folders with such files at any
   * depth. What cannot be read stands in {@link #problems()}.
   *
   * @throws UserException where a place does not exist, or none has a readable result
   */
  public static Results in(List<Path> places) {
    ResultFiles files = new ResultFiles();
    places.forEach(files::read);
    if (files.entries.isEmpty()) {
      throw new UserException(
          places.stream().map(Path::toString).collect(Collectors.joining(", "))
              + ": no readable result.json"
              + (files.problems.isEmpty() ? "" : "; " + String.join("; ", files.problems)));
    }
    return withoutCopies(files.entries, files.problems);
  }

  /** The results of runs at hand, at least one. */
  public static Results of(Run... runs) {
    return of(Arrays.asList(runs));
  }

  /** The results of runs at hand, at least one. */
  public static Results of(List<Run> runs) {
    if (runs.isEmpty()) {
      throw new UserException("expected at least one run, found none");
    }
    return withoutCopies(entries(runs), List.of());
  }

  private static List<Entry> entries(List<Run> runs) {
    return runs.stream()
        .map(run -> Entry.of(run.folder().path().toString(), run.result()))
        .toList();
  }

  /** A seed counts once in a setting, however often it was run. */
  private static Results withoutCopies(List<Entry> found, List<String> problems) {
    record Key(Setting setting, Entry.Seeds seeds) {}
    Map<Key, Entry> kept = new LinkedHashMap<>();
    List<String> all = new ArrayList<>(problems);
    for (Entry entry : found) {
      Entry first = kept.putIfAbsent(new Key(entry.setting(), entry.seeds()), entry);
      if (first != null) {
        all.add(entry.source() + ": same settings and seed as " + first.source());
      }
    }
    return new Results(List.copyOf(kept.values()), all);
  }

  /** A row a run: what trained, the scores of its best weights, and what it took. */
  public static Table table(Run... runs) {
    return table(Arrays.asList(runs));
  }

  /** A row a run: what trained, the scores of its best weights, and what it took. */
  public static Table table(List<Run> runs) {
    return RunTable.of(entries(runs));
  }

  /** What was found and left out, a line each: the file and the reason. */
  public List<String> problems() {
    return problems;
  }

  /** The number of runs. */
  public int size() {
    return entries.size();
  }

  List<Entry> entries() {
    return entries;
  }

  /** The model of the first run by the last part of its name, such as {@code t5-base}. */
  public String modelName() {
    String name = entries.get(0).result().model().name();
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The names of the tasks, in the order of their first runs. */
  public List<String> tasks() {
    return entries.stream().map(e -> e.result().task()).distinct().toList();
  }

  /** The runs on one task, at least one. */
  public Results onTask(String name) {
    List<Entry> chosen = entries.stream().filter(e -> e.result().task().equals(name)).toList();
    if (chosen.isEmpty()) {
      throw Names.unknown("task with runs", name, tasks());
    }
    return new Results(chosen, problems);
  }

  /**
   * The runs on some tasks, of those methods and seeds that were run on each of them; none where no
   * method was.
   */
  public Results onEach(String... tasks) {
    record Key(Setting surroundings, String spec, Entry.Seeds seeds) {}
    Set<String> wanted = Set.of(tasks);
    List<Entry> chosen = new ArrayList<>();
    Entry.group(
            entries.stream().filter(e -> wanted.contains(e.result().task())).toList(),
            e -> new Key(e.setting().surroundings(), e.setting().spec(), e.seeds()))
        .values()
        .stream()
        .filter(
            same -> same.stream().map(e -> e.result().task()).distinct().count() == wanted.size())
        .forEach(chosen::addAll);
    return new Results(chosen, problems);
  }

  /** Of the runs with one model on one task's files, those with the most training rows. */
  public Results withMostRows() {
    List<Entry> most = new ArrayList<>();
    Entry.group(entries, e -> e.setting().values(List.of("task", "dataSha256", "modelSha256")))
        .values()
        .forEach(
            same -> {
              int rows = same.stream().mapToInt(Entry::trainingRows).max().orElseThrow();
              same.stream().filter(e -> e.trainingRows() == rows).forEach(most::add);
            });
    return new Results(most, problems);
  }

  /** The rows of {@link #table(Run...)}, with model, protocol, training rows and file. */
  public Table runs() {
    return RunTable.withSources(entries);
  }

  /**
   * A row a setting and metric: mean, standard deviation, median and 95 % interval (Student's) of
   * the test scores over seeds.
   */
  public Table overSeeds() {
    return overSeeds(Split.TEST);
  }

  /** Scores over the seeds of each setting, of validation or test rows. */
  public Table overSeeds(Split split) {
    return SeedTable.of(entries, split);
  }

  /**
   * Tables of methods against tasks, one for each model, protocol and precision, with mean and
   * standard deviation of the test scores over seeds.
   */
  public List<Board> boards() {
    return boards(Split.TEST);
  }

  /** Tables of methods and tasks, of validation or test scores. */
  public List<Board> boards(Split split) {
    return bySurroundings().stream().map(same -> Board.of(same.entries, split)).toList();
  }

  /** Runs that have model, protocol, precision and way of predicting in common, together. */
  public List<Results> bySurroundings() {
    return split(e -> e.setting().surroundings());
  }

  /** Runs on the same rows of the same files, together. */
  public List<Results> byData() {
    return split(e -> e.setting().data());
  }

  private List<Results> split(Function<Entry, Setting> key) {
    return Entry.group(entries, key).values().stream()
        .map(same -> new Results(same, problems))
        .toList();
  }

  /**
   * Test scores where an option of the methods or a setting of training varies, such as {@code n},
   * {@code reduction}, {@code trainingRows} or {@code learningRate}; runs without it are left out.
   *
   * @throws UserException where no run has it
   */
  public List<ScoreSeries> over(String setting) {
    return over(setting, Split.TEST);
  }

  /** Scores against the values of a setting, of validation or test rows. */
  public List<ScoreSeries> over(String setting, Split split) {
    return ScoreSeries.of(entries, setting, split);
  }

  /**
   * What is left when each task's best value of some hyper-parameters is chosen, as the paper does:
   * by the mean over seeds of the validation average; the first of equals. The tables' test scores
   * are then those of the choice.
   *
   * @param names options of methods and settings of training, such as {@code reduction} or {@code
   *     learningRate}
   * @throws UserException (wrong usage) for a name that no run has
   */
  public Results bestOnValidation(String... names) {
    List<String> free = Arrays.asList(names);
    Set<String> known = new LinkedHashSet<>();
    entries.forEach(e -> known.addAll(e.setting().hyperParameters()));
    for (String name : free) {
      if (!known.contains(name)) {
        throw Names.unknown("hyper-parameter", name, known);
      }
    }
    List<Entry> chosen = new ArrayList<>();
    Entry.group(entries, e -> e.setting().without(free))
        .forEach(
            (setting, candidates) -> {
              for (Entry e : best(candidates)) {
                chosen.add(new Entry(e.source(), e.result(), setting, e.setting().describe(free)));
              }
            });
    return new Results(chosen, problems);
  }

  private static List<Entry> best(List<Entry> candidates) {
    List<Entry> best = List.of();
    double highest = Double.NEGATIVE_INFINITY;
    for (List<Entry> seeds : Entry.group(candidates, Entry::setting).values()) {
      double average = seeds.stream().mapToDouble(Entry::validationAverage).average().orElseThrow();
      if (average > highest) {
        highest = average;
        best = seeds;
      }
    }
    return best;
  }

  /**
   * The second method against the first on the test rows, paired by seed: a row a task and metric
   * with the mean difference, its 95 % interval and the p value of a permutation of signs.
   *
   * @param first a method, with as many options as tell it from others here
   * @param second likewise
   * @throws UserException where a method has no runs, several settings on a task, or no seed in
   *     common with the other
   */
  public Table compare(String first, String second) {
    return PairTable.of(entries, first, second);
  }

  /** Ours beside the paper's scores: a row for each number that both have, and the averages. */
  public Table comparedWithPaper(PaperScores paper) {
    return PaperComparison.of(boards(), paper);
  }

  /** Ours beside the paper's memory and time, both relative to full fine-tuning. */
  public Table comparedWithPaper(PaperEfficiency paper) {
    return EfficiencyComparison.of(entries, paper);
  }

  /** One line: how many runs, methods and tasks. */
  @Override
  public String toString() {
    return "%d runs of %d methods on %d tasks%s"
        .formatted(
            size(),
            entries.stream().map(e -> e.setting().method()).distinct().count(),
            entries.stream().map(e -> e.result().task()).distinct().count(),
            problems.isEmpty() ? "" : "; left out: " + String.join("; ", problems));
  }
}
