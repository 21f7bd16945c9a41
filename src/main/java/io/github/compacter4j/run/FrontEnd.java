package io.github.compacter4j.run;

import io.github.compacter4j.download.DownloadProgress;
import java.util.function.Supplier;

/**
 * What shows progress where nothing else is asked for: a notebook or a command line sets it once.
 */
public final class FrontEnd {
  private static Supplier<RunListener> listeners = () -> RunListener.SILENT;
  private static DownloadProgress downloads = DownloadProgress.NONE;

  private FrontEnd() {}

  /** Sets what makes the listener of a run that has none of its own. */
  public static void showRuns(Supplier<RunListener> supplier) {
    listeners = supplier;
  }

  /** Sets what shows downloads of models and data. */
  public static void showDownloads(DownloadProgress progress) {
    downloads = progress;
  }

  /** Who hears of a run that has no listener of its own. */
  public static RunListener newListener() {
    return listeners.get();
  }

  /** What shows downloads. */
  public static DownloadProgress downloads() {
    return downloads;
  }
}
