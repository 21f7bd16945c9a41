package io.github.compacter4j.download;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connect longest wait for a connection
 * @param silence longest wait for the next bytes of an answer
 * @param attempts failures in a row, none of them with a new byte, after which a download ends
 * @param pause wait after the first failure, doubled after every further one
 */
public record DownloadLimits(Duration connect, Duration silence, int attempts, Duration pause) {
  /** Ten seconds to connect, a minute of silence, five failures, the first pause a second. */
  public static final DownloadLimits USUAL =
      new DownloadLimits(Duration.ofSeconds(10), Duration.ofSeconds(60), 5, Duration.ofSeconds(1));

  /** These limits with another patience with a server that is slow to connect or to answer. */
  public DownloadLimits withPatience(Duration longest) {
    return new DownloadLimits(longest, longest, attempts, pause);
  }

  /** Waits after the given failure in a row, counted from 1. */
  void pauseAfter(int failure) throws InterruptedException {
    Thread.sleep(pause.toMillis() << (failure - 1));
  }
}
