package io.github.compacter4j.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One holder at a time, among threads and processes, by a lock on a file that stays.
 *
 * <p>Linux keeps these record locks apart from {@code flock}, which Python uses; {@link Download}
 * therefore also watches for a second writer.
 */
public final class ProcessLock implements AutoCloseable {
  /** File locks belong to the process, so its threads need locks of their own. */
  private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock threads;
  private final FileChannel channel;

  private ProcessLock(ReentrantLock threads, FileChannel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Waits until the lock is free, and takes it.
   *
   * @param file the file to lock; it and its folder are made where they are missing
   */
  public static ProcessLock take(Path file) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(file.getParent()).toRealPath();
    ReentrantLock threads =
        THREADS.computeIfAbsent(folder.resolve(file.getFileName()), path -> new ReentrantLock());
    threads.lockInterruptibly();
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return new ProcessLock(threads, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      threads.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      threads.unlock();
    }
  }
}
