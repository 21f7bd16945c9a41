package io.github.compacter4j.hub;

import io.github.compacter4j.download.Download;
import io.github.compacter4j.download.DownloadLimits;
import io.github.compacter4j.download.DownloadProgress;
import io.github.compacter4j.files.ProcessLock;
import java.io.IOException;
import java.util.function.Consumer;

/** Brings one file into the cache under a lock: its bytes as a blob, shown in the snapshot. */
final class HubDownload {
  private static final String ADVICE =
      "try again later, see HF_ENDPOINT, or download the model elsewhere and pass its folder";

  private final HubHttp http;
  private final Download download;
  private final Consumer<String> waits;

  HubDownload(HubHttp http, DownloadLimits limits, DownloadProgress progress) {
    this.http = http;
    this.download = new Download(http.web(), limits, progress, ADVICE);
    this.waits = progress::waits;
  }

  /** Makes the snapshot hold the file; asks for nothing that the cache has. */
  void fetch(HubLayout layout, HubFile file) throws IOException, InterruptedException {
    if (HubLayout.holds(layout.pointer(file), file)) {
      return;
    }
    try (ProcessLock lock = ProcessLock.take(layout.lock(file), waits)) {
      if (HubLayout.holds(layout.pointer(file), file)) { // another one was faster
        return;
      }
      boolean newBlob = !HubLayout.holds(layout.blob(file), file);
      if (newBlob) {
        download.fetch(http.remote(file), layout.blob(file));
      }
      layout.show(file, newBlob);
    }
  }
}
