package io.github.compacter4j.sweep;

import io.github.compacter4j.format.Columns;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.results.Results;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.sweep.CellState.Status;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** How far the cells of a sweep are. */
public final class SweepState {
  private final Path folder;
  private final Claims claims;
  private final List<CellState> cells;

  private SweepState(Path folder, Claims claims, List<CellState> cells) {
    this.folder = folder;
    this.claims = claims;
    this.cells = cells;
  }

  /** The state of some cells as their folders tell it now. */
  static SweepState of(Path folder, List<Cell> cells) {
    Claims claims = new Claims(folder);
    return new SweepState(
        folder, claims, cells.stream().map(c -> CellState.of(folder, c, claims)).toList());
  }

  /** The state now; what is finished stays so and is not read again. */
  public SweepState refresh() {
    return new SweepState(
        folder,
        claims,
        cells.stream()
            .map(s -> s.status() == Status.DONE ? s : CellState.of(folder, s.cell(), claims))
            .toList());
  }

  /** Every cell in its order. */
  public List<CellState> cells() {
    return cells;
  }

  /** The cells that are so far. */
  public List<CellState> cells(Status status) {
    return cells.stream().filter(cell -> cell.status() == status).toList();
  }

  /** The results of the finished cells. */
  public List<RunResult> results() {
    return cells(Status.DONE).stream().map(CellState::result).toList();
  }

  /** The finished cells as runs, at least one, for tables and figures. */
  public Results finished() {
    return Results.of(
        cells(Status.DONE).stream()
            .map(state -> new Run(new RunFolder(folder.resolve(state.cell().name()))))
            .toList());
  }

  /** How many cells are done, running, failed and left. */
  public String counts() {
    return Arrays.stream(Status.values())
        .map(status -> cells(status).size() + " " + text(status))
        .collect(Collectors.joining(", "));
  }

  private static String text(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  /** A row a cell: state, mean of the metrics, seconds, note. */
  public Table table() {
    return Table.create("%s: %s".formatted(folder, counts()))
        .addColumns(
            Columns.text("cell", cells, s -> s.cell().name()),
            Columns.text("state", cells, s -> text(s.status())),
            Columns.numbers("validation", 2, cells, of(r -> average(r.validation()))),
            Columns.numbers("test", 2, cells, of(r -> average(r.test()))),
            Columns.numbers("seconds", 0, cells, of(r -> r.measures().seconds())),
            Columns.text("note", cells, CellState::note));
  }

  private static Function<CellState, Double> of(Function<RunResult, Double> value) {
    return state -> state.result() == null ? null : value.apply(state.result());
  }

  private static double average(RunResult.Scores scores) {
    Map<String, Double> metrics = scores.metrics();
    return Metric.average(metrics);
  }

  /** The table as text. */
  @Override
  public String toString() {
    return TableText.text(table());
  }
}
