package io.github.compacter4j.results;

import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.run.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of a {@link Board} for programs: numbers with all their digits, null where none is. */
public final class BoardRows {
  private BoardRows() {}

  /**
   * A map a row of {@link Board#table()}, by the names of its columns. A score is its mean over
   * seeds; its standard deviation and number of seeds are values of their own, {@code sd} and
   * {@code seeds} behind the score's name. {@code trained %} and {@code seeds} are null where the
   * runs of a row differ in them.
   */
  public static List<Map<String, Object>> of(Board board) {
    List<Board.Scores> scores = board.scores();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int line = 0; line < board.lines().size(); line++) {
      Map<String, Optional<Summary>> cells = new LinkedHashMap<>();
      for (Board.Scores column : scores) {
        cells.put(column.name(), column.cells().get(line));
      }
      rows.add(row(board.lines().get(line), cells));
    }
    rows.add(oneAnswer(scores));
    return rows;
  }

  private static Map<String, Object> row(Board.Line line, Map<String, Optional<Summary>> scores) {
    List<Double> percents =
        line.entries().stream().map(Entry::result).map(RunResult::percent).distinct().toList();
    List<Integer> seeds =
        scores.values().stream().flatMap(Optional::stream).map(Summary::n).distinct().toList();
    return row(line.label(), only(percents), scores, only(seeds));
  }

  /** One answer for all rows: a score without seeds. */
  private static Map<String, Object> oneAnswer(List<Board.Scores> scores) {
    Map<String, Optional<Summary>> none = new LinkedHashMap<>();
    scores.forEach(column -> none.put(column.name(), Optional.empty()));
    Map<String, Object> row = row("majority class", null, none, null);
    scores.forEach(column -> row.put(column.name(), column.oneAnswer()));
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
