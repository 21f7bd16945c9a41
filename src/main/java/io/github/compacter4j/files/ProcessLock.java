package io.github.compacter4j.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One holder at a time, among threads and processes, by a lock on a file; the system frees it if
 * the process dies.
 *
 * <p>Linux keeps these record locks apart from {@code flock}, which Python uses: who shares a
 * folder with Python must also watch for a second writer.
 */
public final class ProcessLock implements AutoCloseable {
  /**
   * File locks belong to the process, so its threads need locks of their own; and closing any
   * channel of a file frees its lock, so that only their holder may open one.
   */
  private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final Path file;
  private final boolean stays;
  private final ReentrantLock threads;
  private final FileChannel channel;

  private ProcessLock(Path file, boolean stays, ReentrantLock threads, FileChannel channel) {
    this.file = file;
    this.stays = stays;
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Waits until the lock is free, and takes it; its file stays.
   *
   * @param file the file to lock; it and its folder are made where they are missing
   */
  public static ProcessLock take(Path file) throws IOException, InterruptedException {
    ReentrantLock threads = threads(file);
    threads.lockInterruptibly();
    FileChannel channel = null;
    try {
      channel = open(file);
      channel.lock();
      return new ProcessLock(file, true, threads, channel);
    } catch (IOException | RuntimeException e) {
      release(threads, channel);
      throw e;
    }
  }

  /**
   * Takes the lock if nobody holds it; its file is removed in the end.
   *
   * @param file the file to lock; it and its folder are made where they are missing
   * @return empty where another process, or any thread of this one, holds it
   */
  public static Optional<ProcessLock> tryTake(Path file) throws IOException {
    ReentrantLock threads = threads(file);
    if (threads.isHeldByCurrentThread() || !threads.tryLock()) {
      return Optional.empty();
    }
    FileChannel channel = null;
    try {
      channel = lockNamed(file);
      return Optional.ofNullable(channel)
          .map(locked -> new ProcessLock(file, false, threads, locked));
    } finally {
      if (channel == null) {
        threads.unlock();
      }
    }
  }

  /** The locked channel of the file that bears the name; null where another process has it. */
  private static FileChannel lockNamed(Path file) throws IOException {
    while (true) {
      FileChannel channel = open(file);
      boolean kept = false;
      try {
        Object opened = key(file);
        if (channel.tryLock() == null) {
          return null;
        }
        // A holder removes the file before it frees the lock, so this one may be gone by now.
        kept = opened != null && Objects.equals(opened, key(file));
        if (kept) {
          return channel;
        }
      } catch (OverlappingFileLockException e) {
        return null; // by another name of the same file
      } finally {
        if (!kept) {
          channel.close();
        }
      }
    }
  }

  private static ReentrantLock threads(Path file) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent()).toRealPath();
    return THREADS.computeIfAbsent(folder.resolve(file.getFileName()), p -> new ReentrantLock());
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void release(ReentrantLock threads, FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      threads.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (!stays) {
        Files.deleteIfExists(file);
      }
    } finally {
      release(threads, channel);
    }
  }
}
