package io.github.compacter4j.experiments;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AtomicFiles;
import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.RunListener;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A cell that this process holds until it closes the claim or dies; hears how its run goes on. */
final class Claim implements AutoCloseable, RunListener {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Duration beat;
  private final Path lock;
  private final FileChannel channel;
  private final Thread owner = Thread.currentThread();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "heartbeat");
            thread.setDaemon(true);
            return thread;
          });
  private Holder holder;
  private volatile int step;
  private volatile int steps;
  private volatile String lost;

  Claim(Path file, Holder holder, Duration beat, Path lock, FileChannel channel) {
    this.file = file;
    this.holder = holder;
    this.beat = beat;
    this.lock = lock;
    this.channel = channel;
    heart.scheduleAtFixedRate(this::beatOnce, beat.toNanos(), beat.toNanos(), TimeUnit.NANOSECONDS);
  }

  static void write(Path file, Holder holder) {
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(holder)));
  }

  /** Tells that the process lives; stops its run where another one has taken the cell. */
  private void beatOnce() {
    try {
      if (!Claims.isHeldBy(holder, file)) {
        throw new UserException(file + ": another process has taken the cell");
      }
      holder = holder.next(step, steps);
      write(file, holder);
    } catch (UserException e) {
      lost = e.getMessage();
      heart.shutdown();
      owner.interrupt();
    }
  }

  /** Why the cell is no longer held; null while it is. */
  String lost() {
    return lost;
  }

  @Override
  public void onStart(FineTuning plan, int totalSteps) {
    steps = totalSteps;
  }

  @Override
  public void onStep(int stepNow, double loss, double examplesPerSecond) {
    step = stepNow;
  }

  /** Lets others have the cell; the thread's interrupt is cleared if it came from here. */
  @Override
  public void close() {
    heart.shutdownNow();
    try {
      heart.awaitTermination(1, TimeUnit.MINUTES);
      if (lost == null) {
        Files.deleteIfExists(file);
      }
    } catch (InterruptedException e) {
      if (lost == null) {
        Thread.currentThread().interrupt();
      }
    } catch (IOException e) {
      throw new UserException(file + ": cannot be removed", e);
    } finally {
      Claims.release(lock, channel);
    }
  }
}
