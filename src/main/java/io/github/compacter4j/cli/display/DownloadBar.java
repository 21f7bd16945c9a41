package io.github.compacter4j.cli.display;

import io.github.compacter4j.download.DownloadProgress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Downloads, a progress bar a file on standard error. */
public final class DownloadBar implements DownloadProgress, AutoCloseable {
  private static final long KILOBYTE = 1_000;

  private ProgressBar bar;
  private String name = "";

  @Override
  public void bytes(String file, long done, long total) {
    if (bar == null || !name.equals(file)) {
      close();
      name = file;
      bar =
          new ProgressBarBuilder()
              .setTaskName(file)
              .setInitialMax(total)
              .setUnit(" kB", KILOBYTE)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(500)
              .build();
    }
    bar.stepTo(done);
    if (done == total) {
      close();
    }
  }

  @Override
  public void waits(String why) {
    close();
    System.err.println("note: " + why);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
