package io.github.compacter4j.cli.display;

import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.train.Interrupted;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/**
 * Lets Ctrl-C and SIGTERM end some work in good order: they ask it to stop, and the process lives
 * until {@link #close}. Its exit status is then 128 and the signal's number.
 */
public final class StopOnSignal implements AutoCloseable, RunListener {
  /** The exit status of work that Ctrl-C has ended. */
  public static final int INTERRUPTED = 130;

  private final Runnable stop;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop on signal");
  private volatile boolean stopping;

  private StopOnSignal(Runnable stop) {
    this.stop = stop;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Works until the end or a signal.
   *
   * @param stop makes the work end soon
   * @param work what runs, and its exit status
   * @return its exit status
   */
  public static int during(Runnable stop, IntSupplier work) {
    try (StopOnSignal signals = new StopOnSignal(stop)) {
      return work.getAsInt();
    }
  }

  /**
   * Trains until the end or a signal, which interrupts the calling thread, and then tells how to go
   * on: with the same command and the run's folder.
   *
   * @param training what runs, told of a listener for the run, and its exit status
   * @return its exit status, or that of Ctrl-C
   */
  public static int during(ToIntFunction<RunListener> training) {
    return during(training, e -> " by the same command with --out " + e.run() + " --resume");
  }

  /**
   * Trains until the end or a signal, which interrupts the calling thread, and then tells how to go
   * on.
   *
   * @param training what runs, told of a listener for the run, and its exit status
   * @param advice what stands behind the message of a run that was stopped
   * @return its exit status, or that of Ctrl-C
   */
  public static int during(
      ToIntFunction<RunListener> training, Function<Interrupted, String> advice) {
    Thread worker = Thread.currentThread();
    try (StopOnSignal signals = new StopOnSignal(worker::interrupt)) {
      try {
        return training.applyAsInt(signals);
      } catch (Interrupted e) {
        Mistakes.report(e.getMessage() + advice.apply(e));
        return INTERRUPTED;
      }
    }
  }

  /** Whether the process ends already, for instance by a signal before any work began. */
  public static boolean isTooLate() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Says it again: what a process waits for during set-up may have swallowed the interrupt. */
  @Override
  public void onStep(int step, double loss, double examplesPerSecond) {
    if (stopping) {
      stop.run();
    }
  }

  private void stop() {
    stopping = true;
    stop.run();
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
