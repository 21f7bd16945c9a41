package io.github.compacter4j.files;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
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
import java.util.function.Consumer;

/**
 * One holder at a time, among threads and processes, by a lock on a file; the system frees it if
 * the process dies.
 *
 * <p>Where the file system has no such locks, a file beside it stands for one; see {@link
 * #warning}.
 *
 * <p>Linux keeps these record locks apart from {@code flock}, which Python uses: who shares a
 * folder with Python must also watch for a second writer.
 */
public final class ProcessLock implements AutoCloseable {
  /** What stands behind the name of a lock's file in that of its holder's. */
  public static final String OWNER = ".owner";

  private static final long PAUSE_MILLISECONDS = 100;

  /**
   * File locks belong to the process, so its threads need locks of their own; and closing any
   * channel of a file frees its lock, so that only their holder may open one.
   */
  private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantLock threads;
  private Channel channel;
  private boolean removes;
  private OwnerFile owner; // null where a lock of the system suffices
  private String warning;

  private ProcessLock(Path file, ReentrantLock threads) {
    this.file = file;
    this.threads = threads;
  }

  /** An open file, and why the system cannot lock it; null where it can. */
  private record Channel(FileChannel file, String problem) {}

  /**
   * Waits until the lock is free, and takes it; its file stays.
   *
   * @param file the file to lock; it and its folder are made where they are missing
   * @param waits is told once where the holder is on another machine and the system has no lock, so
   *     that nobody sees whether it has died
   */
  public static ProcessLock take(Path file, Consumer<String> waits)
      throws IOException, InterruptedException {
    ReentrantLock threads = threads(file);
    threads.lockInterruptibly();
    ProcessLock lock = new ProcessLock(file, threads);
    boolean taken = false;
    try {
      lock.waitFor(waits);
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        lock.release();
      }
    }
  }

  private void waitFor(Consumer<String> waits) throws IOException, InterruptedException {
    FileChannel open = open(file);
    channel = new Channel(open, null);
    try {
      open.lock();
    } catch (ClosedChannelException | FileLockInterruptionException e) {
      throw e;
    } catch (IOException e) {
      warn(e.getMessage());
      waitForOwner(waits);
    }
  }

  private void waitForOwner(Consumer<String> waits) throws IOException, InterruptedException {
    for (boolean told = false; !own(false); ) {
      Optional<LockOwner> elsewhere = owner(file).filter(who -> !who.isHere());
      if (!told && elsewhere.isPresent()) {
        waits.accept(
            "waits for %s, which holds %s; if that process is gone, delete %s"
                .formatted(elsewhere.get(), file, ownerFile(file).path()));
        told = true;
      }
      Thread.sleep(PAUSE_MILLISECONDS);
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
    ProcessLock lock = new ProcessLock(file, threads);
    boolean taken = false;
    try {
      taken = lock.tryOnce();
      return taken ? Optional.of(lock) : Optional.empty();
    } finally {
      if (!taken) {
        lock.release();
      }
    }
  }

  private boolean tryOnce() throws IOException {
    channel = lockNamed(file);
    if (channel == null) {
      return false;
    }
    if (channel.problem != null) {
      warn(channel.problem);
    }
    removes = own(channel.problem == null);
    return removes;
  }

  /** The channel of the file that bears the name; null where another process has locked it. */
  private static Channel lockNamed(Path file) throws IOException {
    while (true) {
      FileChannel channel = open(file);
      boolean kept = false;
      try {
        Object opened = key(file);
        Optional<String> problem = tryLock(channel);
        // A holder removes the file before it frees the lock, so this one may be gone by now.
        kept = opened != null && Objects.equals(opened, key(file));
        if (kept) {
          return new Channel(channel, problem.orElse(null));
        }
      } catch (OverlappingFileLockException e) {
        return null; // by another process, or by another name of the same file
      } finally {
        if (!kept) {
          channel.close();
        }
      }
    }
  }

  /** Locks; tells why where the system cannot. */
  private static Optional<String> tryLock(FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() == null) {
        throw new OverlappingFileLockException();
      }
      return Optional.empty();
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
  }

  private boolean own(boolean locked) throws IOException {
    OwnerFile beside = ownerFile(file);
    boolean taken = beside.take(locked);
    owner = taken ? beside : null;
    return taken;
  }

  private static OwnerFile ownerFile(Path file) {
    return new OwnerFile(file.resolveSibling(file.getFileName() + OWNER));
  }

  private void warn(String reason) {
    warning =
        "the file system has no file locks (%s); %s stands for one: should this machine die, delete it"
            .formatted(reason, ownerFile(file).path());
  }

  /** What the user should know of a lock without the system's help; empty where it helps. */
  public Optional<String> warning() {
    return Optional.ofNullable(warning);
  }

  /**
   * Who holds the lock that {@link #tryTake} takes, or held it and died; empty where nobody does.
   */
  public static Optional<LockOwner> owner(Path file) throws IOException {
    return ownerFile(file).read();
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

  private void release() throws IOException {
    try {
      if (channel != null) {
        channel.file.close();
      }
    } finally {
      threads.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (owner != null) {
        owner.delete();
      }
      if (removes) {
        Files.deleteIfExists(file);
      }
    } finally {
      release();
    }
  }
}
