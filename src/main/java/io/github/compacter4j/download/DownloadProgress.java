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

  /**
   * Called once where another process, which may have died, keeps a download waiting.
   *
   * @param why who is waited for, and what would end it
   */
  default void waits(String why) {}

  /** Passes on what may need the user alone, not how far downloads are. */
  default DownloadProgress withoutBytes() {
    DownloadProgress whole = this;
    return new DownloadProgress() {
      @Override
      public void bytes(String file, long done, long total) {}

      @Override
      public void waits(String why) {
        whole.waits(why);
      }
    };
  }
}
