package io.github.compacter4j.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Lets Ctrl-C and SIGTERM end the work of the calling thread in good order: they interrupt it, and
 * the process lives until {@link #close}. Its exit status is then 128 and the signal's number.
 */
final class StopOnSignal implements AutoCloseable {
  /** The exit status after Ctrl-C. */
  static final int INTERRUPTED = 130;

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop on signal");

  StopOnSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    worker.interrupt();
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook runs already.
    }
  }
}
