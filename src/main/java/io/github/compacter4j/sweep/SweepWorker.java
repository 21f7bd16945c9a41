package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.torch.ProcessMemory;
import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.Interrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs cells that nobody else runs, one after the other, until none is left. */
final class SweepWorker {
  private static final long PAUSE_MILLISECONDS = 1000;

  private final Path folder;
  private final List<Cell> cells;
  private final Pretrained model;
  private final Claims claims;

  SweepWorker(Path folder, List<Cell> cells, Pretrained model) {
    this.folder = folder;
    this.cells = cells;
    this.model = model;
    claims = new Claims(folder);
  }

  /** Works until every cell is finished or has failed, here or elsewhere. */
  void run() {
    while (!pass()) {
      try {
        Thread.sleep(PAUSE_MILLISECONDS); // others hold what is left; they may die
      } catch (InterruptedException e) {
        throw new UserException("interrupted while other processes run the last cells");
      }
    }
  }

  /** Tries every cell once, and tells whether all are over. */
  private boolean pass() {
    boolean over = true;
    for (Cell cell : cells) {
      if (!isOver(cell)) {
        Optional<Claim> claim = claims.take(cell.name());
        claim.ifPresent(held -> run(cell, held));
        over &= claim.isPresent() && claim.get().lost() == null;
      }
    }
    return over;
  }

  private boolean isOver(Cell cell) {
    return CellState.of(folder, cell, claims).isOver();
  }

  private void run(Cell cell, Claim claim) {
    try (claim) {
      if (!isOver(cell)) { // another process may have finished it before it was claimed
        train(cell, claim);
      }
    }
  }

  private void train(Cell cell, Claim claim) {
    Path run = folder.resolve(cell.name());
    try {
      claim.logStart();
      clean(run);
      ProcessMemory.resetPeak();
      cell.plan(model).out(run, FineTuning.Existing.RESUME).alsoTell(claim).run();
    } catch (RuntimeException e) {
      if (claim.lost() != null) {
        return; // it stopped for that, whatever it was doing; the run is another process's now
      }
      if (e instanceof Interrupted) {
        throw e;
      }
      Failure.of(e).write(run);
    }
  }

  /** Removes what a process left that was killed before its run had settings. */
  private static void clean(Path run) {
    try {
      Files.deleteIfExists(run.resolve("config.json.part"));
    } catch (IOException e) {
      throw new UserException(run + ": cannot be cleaned", e);
    }
  }
}
