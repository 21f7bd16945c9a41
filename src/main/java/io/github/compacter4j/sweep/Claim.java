package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.run.RunListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A cell that this process holds until it closes the claim or dies; hears how its run goes on. */
final class Claim implements AutoCloseable, RunListener {

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
  private volatile Holder holder;
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

  /** Replaces the file at once, whoever else may be doing so. */
  static void write(Path file, Holder holder) {
    Path beside = file.resolveSibling(file.getFileName() + "." + holder.process());
    try {
      Files.write(beside, Json.mapper().writeValueAsBytes(holder));
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UserException(file + ": cannot be written", e);
    }
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

  /** Adds a line to the lock's file, so that it tells which processes have worked on the cell. */
  void logStart() {
    String line = "%s %s %d%n".formatted(Instant.now(), holder.host(), holder.pid());
    try {
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)), channel.size());
    } catch (IOException e) {
      throw new UserException(lock + ": cannot be written", e);
    }
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
