package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.LockOwner;
import io.github.compacter4j.hub.ModelFolders;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.run.MetricsLine;
import io.github.compacter4j.run.RunDifferences;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunLock;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.sweep.Job.Phase;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a cell is.
 *
 * @param cell the cell
 * @param status how far
 * @param step steps taken; null before the first
 * @param steps steps of the whole run, if patience does not end it; null before the first
 * @param job the queue's name of its latest job; null where it has none
 * @param note who runs it, why it waits or why it failed; else empty
 * @param result of a finished cell; else null
 */
@RecordBuilder
public record CellState(
    Cell cell,
    Status status,
    Integer step,
    Integer steps,
    String job,
    String note,
    RunResult result) {
  /** How far a cell can be. */
  public enum Status {
    /** It has a result. */
    DONE,
    /** A process works on it. */
    RUNNING,
    /** It waits in a queue. */
    QUEUED,
    /** It ended in an error. */
    FAILED,
    /** The model cannot have its method. */
    IMPOSSIBLE,
    /** Nobody works on it yet, or any more. */
    LEFT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The state that a cell's folder and its job tell.
   *
   * @param job its latest job; null where it has none
   */
  static CellState of(Path sweep, Cell cell, Job job) {
    RunFolder folder = new RunFolder(sweep.resolve(cell.name()));
    CellStateBuilder state =
        CellStateBuilder.builder().cell(cell).note("").job(job == null ? null : job.id());
    try {
      if (folder.isFinished()) {
        return done(state, cell, folder.readResult());
      }
      folder.lastMetrics().ifPresent(line -> addSteps(state, cell, line));
      return addStatus(state, folder, job).build();
    } catch (UserException e) {
      return state.status(Status.FAILED).note(e.getMessage()).build();
    }
  }

  private static CellState done(CellStateBuilder state, Cell cell, RunResult result) {
    requireSame(cell, result);
    Integer steps = result.steps();
    return state.status(Status.DONE).step(steps).steps(steps).result(result).build();
  }

  /** A line tells how many steps an epoch has. */
  private static void addSteps(CellStateBuilder state, Cell cell, MetricsLine line) {
    state.step(line.step());
    if (line.step() > 0) {
      long steps = Math.round(cell.protocol().epochs() * (line.step() / line.epoch()));
      int most = cell.protocol().maxSteps();
      state.steps((int) (most == 0 ? steps : Math.min(steps, most)));
    }
  }

  private static CellStateBuilder addStatus(CellStateBuilder state, RunFolder folder, Job job) {
    if (job != null && job.phase() != Phase.OVER) {
      Status status = job.phase() == Phase.RUNNING ? Status.RUNNING : Status.QUEUED;
      return state.status(status).note(job.note());
    }
    Optional<Failure> failure = Failure.read(folder.path());
    if (failure.isPresent()) {
      Status status = failure.get().impossible() ? Status.IMPOSSIBLE : Status.FAILED;
      return state.status(status).note(failure.get().message());
    }
    Optional<LockOwner> owner =
        RunLock.owner(folder.path()).filter(who -> isAtWork(folder.path(), who, job));
    return owner.isPresent()
        ? state.status(Status.RUNNING).note(owner.get().toString())
        : state.status(Status.LEFT).note(job == null ? "" : job.note());
  }

  /** Of another machine, or of this one before it was started again, only the lock tells. */
  private static boolean isAtWork(Path folder, LockOwner who, Job job) {
    return who.isHere() ? who.isAlive() : job == null && !RunLock.isFree(folder);
  }

  /** Refuses the result of another run than the cell describes. */
  private static void requireSame(Cell cell, RunResult result) {
    require(cell, "task", cell.task().name(), result.task());
    require(cell, "method", cell.method().name(), result.method());
    requireSameOptions(cell, MethodSpec.parse(result.spec()));
    require(cell, "model", lastName(cell.model()), lastName(result.model().name()));
    require(cell, "seed", cell.seed(), result.seed());
    require(cell, "data seed", cell.task().dataSeed(), result.data().seed());
    require(cell, "precision", cell.precision(), result.precision());
    if (cell.pooling() != null) {
      require(cell, "pooling", cell.pooling(), result.pooling());
    }
    if (!cell.protocol().equals(result.protocol())) {
      throw another(
          cell, "protocol", RunDifferences.ofProtocols(result.protocol(), cell.protocol()));
    }
  }

  /** Of folders of one name it cannot be told whether they are the same, wherever they lie. */
  private static String lastName(String model) {
    return ModelFolders.repository(model).replaceFirst("/+$", "").replaceFirst(".*/", "");
  }

  /** What a model resolves, such as {@code auto}, is no difference. */
  private static void requireSameOptions(Cell cell, MethodSpec found) {
    cell.method()
        .spec()
        .options()
        .forEach(
            (option, value) -> {
              if (!value.equals("auto")) {
                require(cell, option, value, found.option(option).orElse("not set"));
              }
            });
  }

  private static void require(Cell cell, String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw another(cell, what, "%s is %s there, %s asked for".formatted(what, found, expected));
    }
  }

  private static UserException another(Cell cell, String what, String difference) {
    return new UserException(
        "%s holds a result with another %s: %s; choose another folder by --out, or delete that one"
            .formatted(cell.name(), what, difference));
  }

  /** Whether nothing is left to do. */
  public boolean isOver() {
    return result != null || hasFailed();
  }

  /** Whether it ended without a result. */
  public boolean hasFailed() {
    return status == Status.FAILED || status == Status.IMPOSSIBLE;
  }
}
