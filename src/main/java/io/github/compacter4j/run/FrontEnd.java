package io.github.compacter4j.run;

import io.github.compacter4j.Home;
import io.github.compacter4j.download.DownloadProgress;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What shows progress where nothing else is asked for: a notebook or a command line sets it once.
 */
public final class FrontEnd {
  private static Supplier<RunListener> listeners = () -> RunListener.SILENT;
  private static DownloadProgress downloads = DownloadProgress.NONE;

  private static Path runs = Home.folder().orElse(Path.of("")).resolve("runs");

  private FrontEnd() {}

  /** Sets where runs go that have no folder of their own. */
  public static void keepRunsIn(Path folder) {
    runs = folder;
  }

  /**
   * Where runs go that have no folder of their own; the project's {@code runs} if nothing is set.
   */
  public static Path runs() {
    return runs;
  }

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
