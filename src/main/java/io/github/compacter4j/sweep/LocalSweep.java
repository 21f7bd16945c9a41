package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.torch.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A sweep on this machine: so many processes at a time, one a cell, each on a device of its own
 * where there are several.
 *
 * <p>A process that dies is followed by another one that goes on with the cell; a cell over which
 * two have died has failed. One that another process runs is left to it, and taken up if that
 * process dies.
 */
public final class LocalSweep {
  /** Exit status of a cell's process that finds the cell held by another one. */
  public static final int HELD = 75;

  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final int MOST_DEATHS = 2;
  private static final long PAUSE_MILLISECONDS = 100;
  private static final long PAUSE_OF_WAITING_MILLISECONDS = 1000;

  private final Sweep sweep;
  private final Starter starter;
  private final List<Cell> waiting;
  private final Map<String, Integer> deaths = new HashMap<>();
  private final Working[] workers;
  private volatile boolean stopping;

  /** Starts the process of a cell. */
  @FunctionalInterface
  public interface Starter {
    /**
     * Starts a process that calls {@link Sweep#run(Cell, io.github.compacter4j.run.RunListener)}.
     *
     * @param variables what its environment has besides the inherited ones
     */
    Process start(Cell cell, Map<String, String> variables);
  }

  private record Working(Cell cell, Process process) {}

  /** A sweep by so many processes at a time. */
  public LocalSweep(Sweep sweep, int workers, Starter starter) {
    this.sweep = sweep;
    this.starter = starter;
    this.workers = new Working[workers];
    waiting = new ArrayList<>(sweep.cells());
  }

  /** Lets {@link #run} end soon: no cell is begun any more, and those that run are stopped. */
  public void stop() {
    stopping = true;
  }

  /**
   * Runs the cells until all are finished or have failed.
   *
   * @return false if it was stopped before; each cell that ran has its checkpoint then
   */
  public boolean run() {
    try {
      while (!stopping && (!waiting.isEmpty() || isWorking())) {
        reap();
        Thread.sleep(fill() ? PAUSE_MILLISECONDS : PAUSE_OF_WAITING_MILLISECONDS);
      }
      return !stopping;
    } catch (InterruptedException e) {
      throw new UserException("interrupted; the same command goes on");
    } finally {
      end();
    }
  }

  private boolean isWorking() {
    for (Working worker : workers) {
      if (worker != null) {
        return true;
      }
    }
    return false;
  }

  /** Sees which processes have ended. */
  private void reap() {
    for (int w = 0; w < workers.length; w++) {
      if (workers[w] != null && !workers[w].process().isAlive()) {
        Working ended = workers[w];
        workers[w] = null;
        judge(ended.cell(), ended.process().exitValue());
      }
    }
  }

  private void judge(Cell cell, int status) {
    if (state(cell).isOver()) {
      return;
    }
    waiting.add(0, cell);
    if (status != HELD && deaths.merge(cell.name(), 1, Integer::sum) == MOST_DEATHS) {
      String message = "its process ended with status %d, twice".formatted(status);
      new Failure(message, null, false).write(sweep.folder().resolve(cell.name()));
    }
  }

  private CellState state(Cell cell) {
    return CellState.of(sweep.folder(), cell, null);
  }

  /** Starts what can be started; false if there is nothing but cells that other processes run. */
  private boolean fill() {
    for (int w = 0; w < workers.length; w++) {
      if (workers[w] == null) {
        Optional<Cell> next = takeNext();
        if (next.isEmpty()) {
          return waiting.isEmpty() || isWorking();
        }
        Map<String, String> variables = device(w).map(d -> Map.of(VISIBLE, d)).orElse(Map.of());
        workers[w] = new Working(next.get(), starter.start(next.get(), variables));
      }
    }
    return true;
  }

  /** The first cell that nobody runs; those that are over are dropped. */
  private Optional<Cell> takeNext() {
    for (Iterator<Cell> cells = waiting.iterator(); cells.hasNext(); ) {
      Cell cell = cells.next();
      CellState state = state(cell);
      if (state.isOver()) {
        cells.remove();
      } else if (state.status() != CellState.Status.RUNNING) {
        cells.remove();
        return Optional.of(cell);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> device(int worker) {
    int devices = Torch.cudaDevices();
    String visible = System.getenv().getOrDefault(VISIBLE, "");
    List<String> names =
        visible.isBlank()
            ? IntStream.range(0, devices).mapToObj(Integer::toString).toList()
            : List.of(visible.split(","));
    return devices < 2 ? Optional.empty() : Optional.of(names.get(worker % names.size()));
  }

  /** Stops the processes in good order, and waits until they have written their checkpoints. */
  private void end() {
    List<Process> processes = new ArrayList<>();
    for (Working worker : workers) {
      if (worker != null) {
        processes.add(worker.process());
        worker.process().destroy();
      }
    }
    boolean interrupted = false;
    for (Process process : processes) {
      for (boolean ended = false; !ended; ) {
        try {
          process.waitFor();
          ended = true;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
