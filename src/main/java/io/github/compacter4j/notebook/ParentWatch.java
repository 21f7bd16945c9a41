package io.github.compacter4j.notebook;

import io.github.compacter4j.Variables;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Notices that the program that started the kernel is gone, as after a SIGKILL. */
final class ParentWatch {
  private static final String VARIABLE = "JPY_PARENT_PID";
  private static final long SECONDS_BETWEEN_LOOKS = 2;

  private ParentWatch() {}

  /** Calls {@code whenGone} once, if the parent that Jupyter names is ours and goes. */
  static void start(Runnable whenGone) {
    Optional<Long> parent = parent();
    boolean known = parent.isPresent() && parent.equals(named());
    if (known) {
      Thread watch = new Thread(() -> watch(parent, whenGone), "parent watch");
      watch.setDaemon(true);
      watch.start();
    }
  }

  private static void watch(Optional<Long> expected, Runnable whenGone) {
    try {
      while (parent().equals(expected)) {
        TimeUnit.SECONDS.sleep(SECONDS_BETWEEN_LOOKS);
      }
      whenGone.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the kernel ends
    }
  }

  /** Who started this process, or took it over from one that ended. */
  private static Optional<Long> parent() {
    return ProcessHandle.current().parent().map(ProcessHandle::pid);
  }

  private static Optional<Long> named() {
    return new Variables(System.getenv())
        .text(VARIABLE)
        .filter(text -> text.matches("\\d{1,18}"))
        .map(Long::valueOf);
  }
}
