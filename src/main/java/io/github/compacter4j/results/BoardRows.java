package io.github.compacter4j.results;

import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.paper.Benchmark;
import io.github.compacter4j.run.RunResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of a {@link Board} for programs: numbers with all their digits, null where none is. */
public final class BoardRows {
  private final Board board;
  private final List<Benchmark> averaged;

  private BoardRows(Board board) {
    this.board = board;
    averaged =
        Arrays.stream(Benchmark.values())
            .filter(b -> board.lines().stream().anyMatch(l -> board.average(l, b).isPresent()))
            .toList();
  }

  /**
   * A map a row of {@link Board#table()}, by the names of its columns. A score is its mean over
   * seeds; its standard deviation and number of seeds are values of their own, {@code sd} and
   * {@code seeds} behind the score's name. {@code trained %} and {@code seeds} are null where the
   * runs of a row differ in them.
   */
  public static List<Map<String, Object>> of(Board board) {
    BoardRows rows = new BoardRows(board);
    List<Map<String, Object>> all = new ArrayList<>();
    board.lines().forEach(line -> all.add(rows.row(line)));
    all.add(rows.majority());
    return all;
  }

  private Map<String, Object> row(Board.Line line) {
    Map<String, Optional<Summary>> scores = new LinkedHashMap<>();
    board.columns().forEach(column -> scores.put(column.label(), board.summary(line, column)));
    averaged.forEach(b -> scores.put(b + " average", board.average(line, b)));
    List<Double> percents =
        line.entries().stream().map(Entry::result).map(RunResult::percent).distinct().toList();
    List<Integer> seeds =
        scores.values().stream().flatMap(Optional::stream).map(Summary::n).distinct().toList();
    return row(line.label(), only(percents), scores, only(seeds));
  }

  /** One answer for all rows: a score without seeds. */
  private Map<String, Object> majority() {
    Map<String, Optional<Summary>> none = new LinkedHashMap<>();
    board.columns().forEach(column -> none.put(column.label(), Optional.empty()));
    averaged.forEach(b -> none.put(b + " average", Optional.empty()));
    Map<String, Object> row = row("majority class", null, none, null);
    board.columns().forEach(column -> row.put(column.label(), board.majority(column)));
    return row;
  }

  private static Map<String, Object> row(
      String method, Double percent, Map<String, Optional<Summary>> scores, Integer seeds) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("method", method);
    row.put("trained %", percent);
    scores.forEach(
        (name, score) -> {
          row.put(name, score.map(Summary::mean).orElse(null));
          row.put(name + " sd", score.filter(s -> s.n() > 1).map(Summary::sd).orElse(null));
          row.put(name + " seeds", score.map(Summary::n).orElse(null));
        });
    row.put("seeds", seeds);
    return row;
  }

  private static <T> T only(List<T> values) {
    return values.size() == 1 ? values.get(0) : null;
  }
}
