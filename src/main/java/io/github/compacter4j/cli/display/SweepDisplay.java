package io.github.compacter4j.cli.display;

import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.sweep.CellState;
import io.github.compacter4j.sweep.CellState.Status;
import io.github.compacter4j.sweep.SweepState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shows on standard error how a sweep goes on: a line for what begins and ends, and in a terminal
 * below them a table of what runs, which updates in place.
 */
public final class SweepDisplay implements AutoCloseable {
  private static final long PAUSE_MILLISECONDS = 1000;
  private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

  private final Thread thread = new Thread(this::watch, "sweep display");
  private final boolean terminal = System.console() != null;
  private SweepState state;
  private int tableLines;

  public SweepDisplay(SweepState start) {
    state = start;
    System.err.println(start.counts());
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(PAUSE_MILLISECONDS);
        update(state.refresh());
      }
    } catch (InterruptedException e) {
      update(state.refresh()); // the end
    }
  }

  private void update(SweepState now) {
    clearTable();
    for (int i = 0; i < now.cells().size(); i++) {
      CellState cell = now.cells().get(i);
      if (cell.status() != state.cells().get(i).status()) {
        System.err.println(line(cell) + " (" + now.counts() + ")");
      }
    }
    state = now;
    if (terminal) {
      showTable();
    }
  }

  private static String line(CellState cell) {
    String name = cell.cell().name();
    return switch (cell.status()) {
      case DONE -> "done: " + name + ": test " + scores(cell.result());
      case RUNNING -> "running: " + name + ": " + steps(cell) + cell.note();
      case QUEUED -> "queued: " + name + ": " + cell.note();
      case FAILED, IMPOSSIBLE -> cell.status() + ": " + name + ": " + cell.note();
      case LEFT -> "free again: " + name;
    };
  }

  private static String steps(CellState cell) {
    return cell.steps() == null ? "" : "step %d of %d, ".formatted(cell.step(), cell.steps());
  }

  private static String scores(RunResult result) {
    List<String> scores = new ArrayList<>();
    result
        .test()
        .metrics()
        .forEach((name, score) -> scores.add(String.format(Locale.ROOT, "%s %.2f", name, score)));
    return String.join(", ", scores);
  }

  private void showTable() {
    List<CellState> running = state.cells(Status.RUNNING);
    running.forEach(cell -> System.err.printf("%.79s%n", "  " + line(cell))); // or it would wrap
    System.err.println(state.counts());
    tableLines = running.size() + 1;
  }

  private void clearTable() {
    if (tableLines > 0) {
      System.err.printf(UP_AND_CLEAR, tableLines);
      tableLines = 0;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
