package io.github.compacter4j.cli.display;

import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.train.Interrupted;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToIntFunction;

/**
 * Lets Ctrl-C and SIGTERM end the work of the calling thread in good order: they interrupt it, and
 * the process lives until {@link #close}. Its exit status is then 128 and the signal's number.
 */
public final class StopOnSignal implements AutoCloseable, RunListener {
  private static final int INTERRUPTED = 130;

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop on signal");
  private volatile boolean stopping;

  private StopOnSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Trains until the end or a signal, and then tells how to go on.
   *
   * @param training what runs, told of a listener for the run, and its exit status
   * @return its exit status, or that of Ctrl-C
   */
  public static int during(ToIntFunction<RunListener> training) {
    try (StopOnSignal signals = new StopOnSignal()) {
      try {
        return training.applyAsInt(signals);
      } catch (Interrupted e) {
        Mistakes.report(
            e.getMessage() + " by the same command with --out " + e.run() + " --resume");
        return INTERRUPTED;
      }
    }
  }

  /** Says it again: what a process waits for during set-up may have swallowed the interrupt. */
  @Override
  public void onStep(int step, double loss, double examplesPerSecond) {
    if (stopping) {
      worker.interrupt();
    }
  }

  private void stop() {
    stopping = true;
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
