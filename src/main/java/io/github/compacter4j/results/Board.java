package io.github.compacter4j.results;

import io.github.compacter4j.UserException;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.format.ShownTable;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.paper.Benchmark;
import io.github.compacter4j.paper.MethodAverage;
import io.github.compacter4j.paper.TaskMetric;
import io.github.compacter4j.tasks.find.Split;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Methods against tasks, for one model, protocol and precision. */
public final class Board {
  /** The columns before it: method and trained parameters. */
  private static final int FIRST_SCORE = 2;

  private final List<Entry> entries;
  private final Split split;
  private final List<BoardColumn> columns;
  private final List<Line> lines;

  /** A method, or one of several settings of it that were tried on the same task. */
  record Line(String label, List<Entry> entries) {
    /** The runs of a column. */
    List<Entry> of(BoardColumn column) {
      return entries.stream().filter(column::has).toList();
    }
  }

  private Board(List<Entry> entries, Split split) {
    this.entries = entries;
    this.split = split;
    columns = BoardColumn.of(entries, split);
    lines = lines(entries);
  }

  /** A board of runs that have model, protocol, precision and way of predicting in common. */
  static Board of(List<Entry> entries, Split split) {
    return new Board(List.copyOf(entries), split);
  }

  /** Settings that differ on the same rows of a method get lines of their own. */
  private static List<Line> lines(List<Entry> entries) {
    Map<String, Set<String>> varied = new HashMap<>();
    record Cell(String spec, Setting data) {}
    Entry.group(entries, e -> new Cell(e.setting().spec(), e.setting().data()))
        .forEach(
            (cell, runs) ->
                varied
                    .computeIfAbsent(cell.spec(), s -> new LinkedHashSet<>())
                    .addAll(Setting.differences(runs.stream().map(Entry::setting).toList())));
    List<String> order = Methods.paper().stream().map(Method::name).toList();
    Map<String, List<Entry>> byLabel =
        Entry.group(entries, e -> label(e.setting(), varied.get(e.setting().spec())));
    return byLabel.entrySet().stream()
        .map(e -> new Line(e.getKey(), e.getValue()))
        .sorted(
            Comparator.comparingInt(
                    (Line line) -> order.indexOf(line.entries().get(0).setting().method()) & 0xffff)
                .thenComparing(Line::label))
        .toList();
  }

  private static String label(Setting setting, Collection<String> varied) {
    return varied.isEmpty() ? setting.spec() : setting.spec() + ", " + setting.describe(varied);
  }

  /** Model, protocol, precision and way of predicting, in words. */
  public String caption() {
    Entry first = entries.get(0);
    String pooling = first.result().pooling();
    return "%s, protocol %s, %s, %s%s rows"
        .formatted(
            first.setting().model(),
            first.result().protocol().name(),
            first.setting().value("precision") + " precision, decode " + first.result().decode(),
            pooling == null ? "" : "pooling " + pooling + ", ",
            split);
  }

  List<Entry> entries() {
    return entries;
  }

  List<BoardColumn> columns() {
    return columns;
  }

  List<Line> lines() {
    return lines;
  }

  /** The scores of a line over seeds, where it has any. */
  Optional<Summary> summary(Line line, BoardColumn column) {
    List<Double> scores =
        line.of(column).stream().map(e -> e.scores(split).get(column.score().metric())).toList();
    return scores.isEmpty() ? Optional.empty() : Optional.of(Summary.of(scores));
  }

  /**
   * A line's average over a benchmark, as the paper counts it, over seeds: where it has each number
   * of the benchmark once, with the same seeds.
   */
  Optional<Summary> average(Line line, Benchmark benchmark) {
    Map<Entry.Seeds, Map<TaskMetric, Double>> bySeed = new TreeMap<>();
    int scores = 0;
    for (BoardColumn column : columns) {
      if (benchmark.scores().contains(column.score())) {
        for (Entry entry : line.of(column)) {
          bySeed
              .computeIfAbsent(entry.seeds(), s -> new HashMap<>())
              .put(column.score(), entry.scores(split).get(column.score().metric()));
          scores++;
        }
      }
    }
    if (bySeed.isEmpty() || scores != bySeed.size() * benchmark.scores().size()) {
      return Optional.empty();
    }
    List<Double> averages =
        bySeed.values().stream().flatMap(values -> benchmark.average(values).stream()).toList();
    return averages.size() == bySeed.size() ? Optional.of(Summary.of(averages)) : Optional.empty();
  }

  /**
   * Each method's mean over all columns, per seed, without memory: that of a process which trained
   * several methods says nothing of one.
   *
   * @throws UserException where a method lacks a column that others have, or a seed of one
   */
  public List<MethodAverage> averages() {
    return lines.stream().map(this::average).toList();
  }

  private MethodAverage average(Line line) {
    Map<Entry.Seeds, List<Double>> bySeed = new TreeMap<>();
    for (BoardColumn column : columns) {
      for (Entry entry : line.of(column)) {
        double score = entry.scores(split).get(column.score().metric());
        bySeed.computeIfAbsent(entry.seeds(), s -> new ArrayList<>()).add(score);
      }
    }
    bySeed.forEach(
        (seeds, scores) -> {
          if (scores.size() != columns.size()) {
            throw new UserException(
                "%s has %d of the %d scores of %s with seed %d; averages need all of them"
                    .formatted(
                        line.label(),
                        scores.size(),
                        columns.size(),
                        columns.stream().map(BoardColumn::label).toList(),
                        seeds.run()));
          }
        });
    List<Double> averages =
        bySeed.values().stream()
            .map(scores -> scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
            .toList();
    return new MethodAverage(
        name(line),
        line.entries().get(0).result().percent(),
        Summary.of(averages),
        OptionalDouble.empty());
  }

  /** The method alone where the board has it once. */
  private String name(Line line) {
    String method = line.entries().get(0).setting().method();
    boolean once =
        lines.stream().filter(l -> l.entries().get(0).setting().method().equals(method)).count()
            == 1;
    return once ? method : line.label();
  }

  /**
   * A column of scores.
   *
   * @param name its head
   * @param cells a score a line, over seeds
   * @param oneAnswer the score of one answer for all rows; null where it is not known
   */
  record Scores(String name, List<Optional<Summary>> cells, Double oneAnswer) {
    /** Whether a line has the best mean, as it is printed, and one answer for all has less. */
    boolean isBest(int line) {
      double best =
          cells.stream().flatMap(Optional::stream).mapToDouble(Scores::mean).max().orElse(0);
      return cells.get(line).map(cell -> mean(cell) == best).orElse(false)
          && (oneAnswer == null || best > Columns.round(oneAnswer, Summary.DIGITS));
    }

    private static double mean(Summary score) {
      return Columns.round(score.mean(), Summary.DIGITS);
    }

    private StringColumn column() {
      List<String> texts = new ArrayList<>();
      cells.forEach(cell -> texts.add(cell.map(Summary::toString).orElse("")));
      texts.add(oneAnswer == null ? "" : Columns.show(oneAnswer, Summary.DIGITS));
      return Columns.figures(name, texts);
    }
  }

  /** The scores of all columns, and the averages that some line has. */
  List<Scores> scores() {
    List<Scores> scores = new ArrayList<>();
    for (BoardColumn column : columns) {
      scores.add(
          new Scores(
              column.label(),
              lines.stream().map(line -> summary(line, column)).toList(),
              oneAnswer(column)));
    }
    for (Benchmark benchmark : Benchmark.values()) {
      List<Optional<Summary>> cells = lines.stream().map(line -> average(line, benchmark)).toList();
      if (cells.stream().anyMatch(Optional::isPresent)) {
        scores.add(new Scores(benchmark + " average", cells, null));
      }
    }
    return scores;
  }

  /**
   * A row a method: its trained parameters in percent of the model, mean and standard deviation of
   * each score, averages, and the number of seeds; below, the score of one answer for all rows.
   */
  public Table table() {
    Table table = Table.create(caption());
    table.addColumns(
        StringColumn.create("method", withLast(Line::label, "majority class")),
        Columns.figures("trained %", withLast(Board::percent, "")));
    scores().forEach(scores -> table.addColumns(scores.column()));
    return table.addColumns(Columns.figures("seeds", withLast(this::seeds, "")));
  }

  private List<String> withLast(Function<Line, String> cell, String last) {
    return Stream.concat(lines.stream().map(cell), Stream.of(last)).toList();
  }

  private static String percent(Line line) {
    return line.entries().stream()
        .map(e -> e.result().percent())
        .distinct()
        .sorted()
        .map(percent -> Columns.show(percent, 3))
        .collect(Collectors.joining(" / "));
  }

  /** The mean score of one answer for all rows; null where it is not known. */
  Double oneAnswer(BoardColumn column) {
    return SeedTable.mean(
        entries.stream()
            .filter(column::has)
            .map(e -> e.oneAnswer(split).get(column.score().metric()))
            .toList());
  }

  /** One number, or the least and the most of the line's cells. */
  private String seeds(Line line) {
    int[] counts =
        columns.stream().mapToInt(c -> line.of(c).size()).filter(n -> n > 0).sorted().toArray();
    int most = counts[counts.length - 1];
    return counts[0] == most ? Integer.toString(most) : counts[0] + " to " + most;
  }

  /** The table with the best of each column in bold. */
  public ShownTable shown() {
    List<Scores> scores = scores();
    return new ShownTable(table(), (row, column) -> isBest(scores, row, column - FIRST_SCORE));
  }

  private boolean isBest(List<Scores> scores, int line, int column) {
    return column >= 0
        && column < scores.size()
        && line < lines.size()
        && scores.get(column).isBest(line);
  }

  /** The table as Markdown, the best of each column in bold. */
  public String markdown() {
    return TableText.markdown(shown());
  }

  /** The table for LaTeX with booktabs, the best of each column in bold. */
  public String latex() {
    return TableText.latex(shown());
  }
}
