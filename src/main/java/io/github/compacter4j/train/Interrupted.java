package io.github.compacter4j.train;

import io.github.compacter4j.UserException;
import java.nio.file.Path;

/** Training was interrupted; its checkpoint is written. */
public final class Interrupted extends UserException {
  private static final long serialVersionUID = 1L;

  Interrupted(Path run, int step) {
    super("interrupted after step " + step + "; the checkpoint is in " + run + ", resume to go on");
  }
}
