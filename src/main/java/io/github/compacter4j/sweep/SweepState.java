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
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** How far the cells of a sweep are. */
public final class SweepState {
  private final Path folder;
  private final Map<String, Job> jobs;
  private final List<CellState> cells;

  private SweepState(Path folder, Map<String, Job> jobs, List<CellState> cells) {
    this.folder = folder;
    this.jobs = jobs;
    this.cells = cells;
  }

  /**
   * The state of some cells as their folders tell it now.
   *
   * @param jobs the latest job of each cell that has one, by the cell's name
   */
  static SweepState of(Path folder, List<Cell> cells, Map<String, Job> jobs) {
    return new SweepState(
        folder,
        jobs,
        cells.stream().map(c -> CellState.of(folder, c, jobs.get(c.name()))).toList());
  }

  /** The state now; what is finished stays so and is not read again. */
  public SweepState refresh() {
    return new SweepState(
        folder,
        jobs,
        cells.stream().map(s -> s.status() == Status.DONE ? s : now(s.cell())).toList());
  }

  private CellState now(Cell cell) {
    return CellState.of(folder, cell, jobs.get(cell.name()));
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

  /** How many cells ended without a result. */
  public int failed() {
    return (int) cells.stream().filter(CellState::hasFailed).count();
  }

  /** How many cells are in each state that there is. */
  public String counts() {
    return Arrays.stream(Status.values())
        .filter(status -> !cells(status).isEmpty())
        .map(status -> cells(status).size() + " " + status)
        .collect(Collectors.joining(", "));
  }

  /** A row a cell: state, steps, mean of the metrics, seconds, job where there are some, note. */
  public Table table() {
    Table table = Table.create("%s: %s".formatted(folder, counts()));
    table.addColumns(
        Columns.text("cell", cells, s -> s.cell().name()),
        Columns.text("state", cells, s -> s.status().toString()),
        Columns.text("step", cells, SweepState::steps),
        Columns.numbers("validation", 2, cells, of(r -> average(r.validation()))),
        Columns.numbers("test", 2, cells, of(r -> average(r.test()))),
        Columns.numbers("seconds", 0, cells, of(r -> r.measures().seconds())));
    if (cells.stream().anyMatch(s -> s.job() != null)) {
      table.addColumns(Columns.text("job", cells, s -> s.job() == null ? "" : s.job()));
    }
    return table.addColumns(Columns.text("note", cells, CellState::note));
  }

  private static String steps(CellState state) {
    return state.step() == null
        ? ""
        : state.step() + (state.steps() == null ? "" : " of " + state.steps());
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
