package io.github.compacter4j.download;

/** Hears how far the download of a file is; called on the downloading thread. */
@FunctionalInterface
public interface DownloadProgress {
  /** Shows nothing. */
  DownloadProgress NONE = (file, done, total) -> {};

  /**
   * Called when a file starts, about once a mebibyte, and when the file is there.
   *
   * @param file name of the file, such as {@code model.safetensors}
   * @param done bytes that are there, those of an earlier, broken download included
   * @param total bytes of the whole file, -1 where the server does not say
   */
  void bytes(String file, long done, long total);
}
