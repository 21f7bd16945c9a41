package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.torch.Torch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Processes that work on one sweep, each on a device of its own where there are several.
 *
 * <p>A process that dies is replaced, and another one goes on with its cell; a cell over which two
 * have died has failed. One that is killed while it holds no cell is replaced once; one that ends
 * by itself without a cell would do so again.
 */
public final class SweepWorkers {
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final int MOST_DEATHS = 2;
  private static final String BETWEEN_CELLS = "";
  private static final int HIGHEST_OWN_STATUS = 128; // above it: a signal's number and 128
  private static final long PAUSE_MILLISECONDS = 200;

  private final Sweep sweep;
  private final Claims claims;
  private final Starter starter;
  private final Map<Integer, Process> processes = new HashMap<>();
  private final Map<String, Integer> deaths = new HashMap<>();

  /** Starts a process that calls {@link Sweep#work}. */
  @FunctionalInterface
  public interface Starter {
    /** The process, which has these variables besides the inherited ones. */
    Process start(Map<String, String> environment);
  }

  private SweepWorkers(Sweep sweep, Starter starter) {
    this.sweep = sweep;
    this.starter = starter;
    claims = new Claims(sweep.folder());
  }

  /**
   * Runs a sweep with so many processes until all cells are finished or have failed.
   *
   * @param starter starts one of them
   * @throws UserException if a process ends by itself before it has a cell, having told why, or if
   *     two are killed without one
   */
  public static void run(Sweep sweep, int workers, Starter starter) {
    SweepWorkers all = new SweepWorkers(sweep, starter);
    Thread atEnd = new Thread(all::stop);
    Runtime.getRuntime().addShutdownHook(atEnd);
    try {
      for (int worker = 0; worker < workers; worker++) {
        all.start(worker);
      }
      all.watch();
    } finally {
      all.stop();
      Runtime.getRuntime().removeShutdownHook(atEnd);
    }
  }

  private synchronized void start(int worker) {
    processes.put(
        worker, starter.start(device(worker).map(d -> Map.of(VISIBLE, d)).orElse(Map.of())));
  }

  private synchronized void stop() {
    processes.values().forEach(Process::destroy);
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

  private void watch() {
    while (!processes.isEmpty()) {
      for (int worker : List.copyOf(processes.keySet())) {
        Process process = processes.get(worker);
        if (!process.isAlive()) {
          processes.remove(worker);
          if (process.exitValue() != 0) {
            replace(worker, process);
          }
        }
      }
      try {
        Thread.sleep(PAUSE_MILLISECONDS);
      } catch (InterruptedException e) {
        throw new UserException("interrupted; the same command goes on");
      }
    }
  }

  private void replace(int worker, Process dead) {
    String ended = "its process ended with status " + dead.exitValue();
    Optional<String> cell =
        sweep.cells().stream()
            .map(Cell::name)
            .filter(name -> claims.wasHeldBy(dead.pid(), name))
            .findFirst();
    boolean twice = deaths.merge(cell.orElse(BETWEEN_CELLS), 1, Integer::sum) == MOST_DEATHS;
    if (cell.isEmpty() && (twice || dead.exitValue() <= HIGHEST_OWN_STATUS)) {
      throw new UserException("a worker could not work: " + ended);
    }
    if (twice) {
      new Failure(ended + ", twice", null).write(sweep.folder().resolve(cell.orElseThrow()));
    }
    start(worker);
  }
}
