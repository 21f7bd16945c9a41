package io.github.compacter4j.run;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.LockOwner;
import java.nio.file.Path;
import java.util.Optional;

/** Another process is writing a run, which so has not failed: it can be tried again later. */
public final class RunIsHeld extends UserException {
  private static final long serialVersionUID = 1L;

  RunIsHeld(Path run, Optional<LockOwner> owner) {
    super(
        "%s: another process is writing this run%s; try again later"
            .formatted(run, owner.map(who -> " (" + who + ")").orElse("")));
  }
}
