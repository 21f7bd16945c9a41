package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.run.RunListener;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A cell that this process holds until it closes the claim or dies; hears how its run goes on. */
final class Claim implements AutoCloseable, RunListener {
  private final HolderFile file;
  private final Duration beat;
  private final CellLock lock;
  private final Thread owner = Thread.currentThread();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "heartbeat");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Holder holder;
  private volatile int step;
  private volatile int steps;
  private volatile String lost;

  Claim(HolderFile file, Holder holder, Duration beat, CellLock lock) {
    this.file = file;
    this.holder = holder;
    this.beat = beat;
    this.lock = lock;
    heart.scheduleAtFixedRate(this::beatOnce, beat.toNanos(), beat.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Tells that the process lives; stops its run where another one has taken the cell. */
  private void beatOnce() {
    try {
      if (!file.isOf(holder)) {
        throw new UserException(file.path() + ": another process has taken the cell");
      }
      holder = holder.next(step, steps);
      file.replace(holder);
    } catch (UserException e) {
      lost = e.getMessage();
      heart.shutdown();
      owner.interrupt();
    }
  }

  /** Adds a line to the lock's file, so that it tells which processes have worked on the cell. */
  void logStart() {
    lock.log("%s %s %d".formatted(Instant.now(), holder.host(), holder.pid()));
  }

  /** Why the cell is no longer held; null while it is. */
  String lost() {
    return lost;
  }

  @Override
  public void onStart(String plan, int totalSteps, int warmup) {
    steps = totalSteps;
  }

  @Override
  public void onStep(int stepNow, double loss, double examplesPerSecond) {
    step = stepNow;
  }

  /** Lets others have the cell; the thread's interrupt is cleared if it came from here. */
  @Override
  public void close() {
    heart.shutdown(); // a beat that is being written is finished
    try {
      heart.awaitTermination(1, TimeUnit.MINUTES);
      if (lost == null) {
        file.delete();
      }
    } catch (InterruptedException e) {
      if (lost == null) {
        Thread.currentThread().interrupt();
      }
    } finally {
      lock.close();
    }
  }
}
