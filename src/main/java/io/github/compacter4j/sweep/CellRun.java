package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.run.RunIsHeld;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.run.RunLock;
import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.Interrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A cell with its model, which this process runs. */
record CellRun(Path folder, Cell cell, Pretrained model) {
  /** A cell in the folder of its sweep. */
  static CellRun of(Path sweep, Cell cell, Pretrained model) {
    return new CellRun(sweep.resolve(cell.name()), cell, model);
  }

  /**
   * Writes down that the model cannot have the method, if that is so.
   *
   * @return whether the cell can be run
   */
  boolean isPossible() {
    try {
      cell.method().resolve(model.anatomy());
      return true;
    } catch (UserException e) {
      new Failure(e.getMessage(), null, true).write(folder);
      return false;
    }
  }

  /**
   * Runs it from its checkpoint to its result; what goes wrong is written into its folder.
   *
   * @throws Interrupted if the thread was interrupted; the checkpoint is written
   * @throws RunIsHeld if another process runs it
   */
  void run(RunListener listener) {
    if (!isPossible()) {
      return;
    }
    try {
      clean();
      cell.plan(model).out(folder, FineTuning.Existing.RESUME).alsoTell(listener).run();
    } catch (Interrupted | RunIsHeld e) {
      throw e;
    } catch (RuntimeException e) {
      Failure.of(e).write(folder);
    }
  }

  /**
   * Removes what a process left that was killed before its run had settings. Where another process
   * is at work it is this one's, and in the making.
   */
  private void clean() {
    Path part = folder.resolve("config.json.part");
    if (!Files.exists(part)) {
      return;
    }
    try (RunLock lock = RunLock.take(folder)) {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be cleaned", e);
    }
  }
}
