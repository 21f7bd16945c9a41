package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.bench.RunCost;
import io.github.compacter4j.bench.RunWork;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.sweep.CellState.Status;
import io.github.compacter4j.t5.T5Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/**
 * What a sweep will take: a row a cell, estimated from a few measured steps of each method with
 * each size of batches.
 */
public final class SweepPlan {
  /** A tensor of 4-byte numbers; a checkpoint holds three of them, and two are kept. */
  private static final long BYTES = 4;

  private static final long CHECKPOINTS = 2 * 3 * BYTES;
  private static final long METRICS_LINE = 130;

  private static final String LEFT_OUT = "left out";

  private final Sweep sweep;
  private final List<Row> rows;

  /**
   * A cell; of one that cannot be estimated only what is known, and the error. Also a method that
   * no budget has a size of, with the reason as its error.
   *
   * @param cell its name; of a method without one the method
   * @param state done, running, queued, failed, impossible, left, or left out
   * @param method the method, resolved
   * @param trainable parameters that train
   * @param percent 100 x trainable / parameters of the base model
   * @param steps optimiser steps
   * @param hours on this machine, evaluations included; 0 for a finished cell
   * @param memoryBytes highest resident size of a process that runs it, without a GPU's memory
   * @param diskBytes of the finished run
   * @param error why it cannot be run or estimated; else null
   */
  public record Row(
      String cell,
      String state,
      String method,
      Long trainable,
      Double percent,
      Integer steps,
      Double hours,
      Long memoryBytes,
      Long diskBytes,
      String error) {}

  private SweepPlan(Sweep sweep, List<Row> rows) {
    this.sweep = sweep;
    this.rows = rows;
  }

  /**
   * Plans a sweep; where its model cannot be loaded, without estimates.
   *
   * @param measure measures a cell; asked once a method and size of batches
   * @throws UserException if nothing is known of the model
   */
  public static SweepPlan of(Sweep sweep, Function<Cell, RunCost> measure) {
    try (Pretrained model = Pretrained.load(sweep.model())) {
      Estimates estimates = new Estimates(model, measure);
      return of(sweep, model.anatomy(), estimates::complete);
    } catch (UserException e) {
      Anatomy named = T5Config.named().get(sweep.model());
      Anatomy anatomy = named == null ? BertConfig.named().get(sweep.model()) : named;
      if (anatomy == null) {
        throw e;
      }
      return of(sweep, anatomy, (cell, row) -> with(row, null, null, null, e.getMessage()));
    }
  }

  /** Adds the estimates to a row that has none. */
  private interface Completion {
    Row of(Cell cell, Row row);
  }

  private static SweepPlan of(Sweep sweep, Anatomy anatomy, Completion completion) {
    List<Row> rows = new ArrayList<>();
    for (CellState state : sweep.state().cells()) {
      Row row = counted(state, anatomy);
      if (row.error() == null) {
        row =
            state.status() == Status.DONE
                ? with(row, state.result().steps(), 0.0, null, null)
                : completion.of(state.cell(), row);
      }
      rows.add(row);
    }
    sweep.leftOut().forEach(one -> rows.add(row(one)));
    return new SweepPlan(sweep, rows);
  }

  private static Row row(LeftOut one) {
    String why = one.toString();
    return new Row(one.method(), LEFT_OUT, one.method(), null, null, null, null, null, null, why);
  }

  private static Row counted(CellState state, Anatomy anatomy) {
    Cell cell = state.cell();
    String text = state.status().toString();
    try {
      ParameterCount count = ParameterCounter.count(anatomy, cell.method());
      return new Row(
          cell.name(),
          text,
          count.spec(),
          count.trainable(),
          count.percent(),
          null,
          null,
          null,
          null,
          null);
    } catch (UserException e) {
      String spec = cell.method().spec().toString();
      return new Row(cell.name(), text, spec, null, null, null, null, null, null, e.getMessage());
    }
  }

  private static Row with(Row row, Integer steps, Double hours, Long memory, String error) {
    Long disk = steps == null ? null : row.trainable() * BYTES + steps * METRICS_LINE;
    return new Row(
        row.cell(),
        row.state(),
        row.method(),
        row.trainable(),
        row.percent(),
        steps,
        hours,
        memory,
        disk,
        error);
  }

  /** Estimates of cells, with each method measured once a size of batches, each task read once. */
  private static final class Estimates {
    private final Pretrained model;
    private final Function<Cell, RunCost> measure;
    private final Map<List<Object>, RunCost> costs = new HashMap<>();
    private final Map<List<Object>, RunWork> works = new HashMap<>();

    Estimates(Pretrained model, Function<Cell, RunCost> measure) {
      this.model = model;
      this.measure = measure;
    }

    Row complete(Cell cell, Row row) {
      try {
        RunWork work = work(cell);
        RunCost cost = costs.computeIfAbsent(batch(cell, row), key -> measure.apply(cell));
        return with(row, work.steps(), cost.seconds(work) / 3600, cost.memoryBytes(), null);
      } catch (UserException e) {
        return with(row, null, null, null, e.getMessage());
      }
    }

    /** The method, and what memory and time of a step depend on besides. */
    private static List<Object> batch(Cell cell, Row row) {
      Protocol protocol = cell.protocol();
      return List.of(
          row.method(),
          protocol.batchSize(),
          protocol.accumulation(),
          protocol.maxSourceLength(),
          protocol.gradientCheckpointing());
    }

    private RunWork work(Cell cell) {
      List<Object> key =
          List.of(
              cell.task().reference(),
              cell.task().maxTrainSamples(),
              cell.task().dataSeed(),
              cell.method().prefixesTask(),
              cell.protocol().with("learningRate", 1));
      return works.computeIfAbsent(key, k -> RunWork.of(cell.plan(model)));
    }
  }

  /** A row a cell, then one a method that is left out. */
  public List<Row> rows() {
    return rows;
  }

  /** What is left in all, for so many processes, and what could not be estimated. */
  public String summary(int workers) {
    double hours = rows.stream().map(Row::hours).filter(Objects::nonNull).mapToDouble(h -> h).sum();
    double disk = rows.stream().mapToDouble(r -> r.diskBytes() == null ? 0 : r.diskBytes()).sum();
    long most = longest(Row::trainable) * CHECKPOINTS;
    String text =
        "%d cells, %d done; left: %.1f hours of one process; %.1f GB of memory a process; %.2f GB of disk, and %.2f GB while %d of them run"
            .formatted(
                rows.size() - sweep.leftOut().size(),
                rows.stream().filter(row -> row.state().equals("done")).count(),
                hours,
                longest(Row::memoryBytes) / 1e9,
                disk / 1e9,
                workers * most / 1e9,
                workers);
    Map<String, Long> errors =
        rows.stream()
            .filter(row -> row.error() != null && !row.state().equals(LEFT_OUT))
            .collect(Collectors.groupingBy(Row::error, TreeMap::new, Collectors.counting()));
    String notEstimated =
        errors.entrySet().stream()
            .map(e -> "%nnot estimated, %d cells: %s".formatted(e.getValue(), e.getKey()))
            .collect(Collectors.joining());
    String leftOut = sweep.leftOut().stream().map(one -> "\n" + one).collect(Collectors.joining());
    return text + notEstimated + leftOut;
  }

  private long longest(Function<Row, Long> value) {
    return rows.stream().map(value).filter(Objects::nonNull).mapToLong(v -> v).max().orElse(0);
  }

  /** A row a cell. */
  public Table table() {
    List<Row> rows = this.rows.stream().filter(row -> !row.state().equals(LEFT_OUT)).toList();
    return Table.create("Plan of " + sweep.folder())
        .addColumns(
            Columns.text("cell", rows, Row::cell),
            Columns.text("state", rows, Row::state),
            Columns.text("method", rows, Row::method),
            Columns.numbers("trained", 0, rows, of(Row::trainable, 1)),
            Columns.numbers("percent", 4, rows, Row::percent),
            Columns.numbers("steps", 0, rows, of(Row::steps, 1)),
            Columns.numbers("hours", 2, rows, Row::hours),
            Columns.numbers("memory GB", 1, rows, of(Row::memoryBytes, 1e9)),
            Columns.numbers("disk MB", 1, rows, of(Row::diskBytes, 1e6)));
  }

  private static Function<Row, Double> of(Function<Row, ? extends Number> value, double unit) {
    return row -> value.apply(row) == null ? null : value.apply(row).doubleValue() / unit;
  }
}
