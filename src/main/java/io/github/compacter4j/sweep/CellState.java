package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.run.RunDifferences;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunResult;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How far a cell is.
 *
 * @param cell the cell
 * @param status how far
 * @param note who runs it or why it failed; else empty
 * @param result of a finished cell; else null
 */
public record CellState(Cell cell, Status status, String note, RunResult result) {
  /** How far a cell can be. */
  public enum Status {
    /** It has a result. */
    DONE,
    /** A process works on it. */
    RUNNING,
    /** It ended in an error. */
    FAILED,
    /** Nobody works on it yet, or any more. */
    LEFT
  }

  static CellState of(Path sweep, Cell cell, Claims claims) {
    Path folder = sweep.resolve(cell.name());
    try {
      if (new RunFolder(folder).isFinished()) {
        RunResult result = new RunFolder(folder).readResult();
        requireSame(cell, result);
        return new CellState(cell, Status.DONE, "", result);
      }
    } catch (UserException e) {
      return new CellState(cell, Status.FAILED, e.getMessage(), null);
    }
    Optional<Failure> failure = Failure.read(folder);
    if (failure.isPresent()) {
      return new CellState(cell, Status.FAILED, failure.get().message(), null);
    }
    return claims
        .holder(cell.name())
        .map(holder -> new CellState(cell, Status.RUNNING, holder.toString(), null))
        .orElse(new CellState(cell, Status.LEFT, "", null));
  }

  /** Refuses the result of another run than the cell describes. */
  private static void requireSame(Cell cell, RunResult result) {
    require(cell, "task", cell.task().name(), result.task());
    require(cell, "method", cell.method().name(), result.method());
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
  boolean isOver() {
    return status == Status.DONE || status == Status.FAILED;
  }
}
