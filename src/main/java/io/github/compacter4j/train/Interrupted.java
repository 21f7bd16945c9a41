package io.github.compacter4j.train;

import io.github.compacter4j.UserException;
import java.nio.file.Path;

/** Training was interrupted; its checkpoint is written. */
public final class Interrupted extends UserException {
  private static final long serialVersionUID = 1L;

  private final transient Path run;

  Interrupted(Path run, int step) {
    super("interrupted after step " + step + "; the checkpoint is in " + run + ", resume to go on");
    this.run = run;
  }

  /** The folder of the run. */
  public Path run() {
    return run;
  }
}
