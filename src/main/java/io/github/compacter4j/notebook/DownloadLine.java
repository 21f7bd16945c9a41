package io.github.compacter4j.notebook;

import io.github.compacter4j.download.DownloadProgress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Downloads of models, a live line a file. */
final class DownloadLine implements DownloadProgress {
  private static final double MEGABYTE = 1e6;

  private final Map<String, LiveLine> lines = new HashMap<>();

  @Override
  public void bytes(String file, long done, long total) {
    LiveLine line = lines.computeIfAbsent(file, name -> LiveLine.open());
    String of = total < 0 ? "" : String.format(Locale.ROOT, " of %.1f", total / MEGABYTE);
    line.update(String.format(Locale.ROOT, "%s  %.1f%s MB", file, done / MEGABYTE, of));
    if (done == total) {
      line.close();
      lines.remove(file);
    }
  }

  @Override
  public void waits(String why) {
    LiveLine.open(why).close();
  }
}
