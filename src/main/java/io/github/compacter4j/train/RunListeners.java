package io.github.compacter4j.train;

import java.util.function.Supplier;

/** The listener that runs get when none is chosen: a front end sets it once. */
public final class RunListeners {
  private static Supplier<RunListener> usual = () -> RunListener.SILENT;

  private RunListeners() {}

  /** Sets where runs without a listener of their own report. */
  public static void setUsual(Supplier<RunListener> supplier) {
    usual = supplier;
  }

  static RunListener usual() {
    return usual.get();
  }
}
