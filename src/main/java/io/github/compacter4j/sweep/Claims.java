package io.github.compacter4j.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One holder a cell, among processes and machines that share a folder.
 *
 * <p>A holder locks {@code <cell>.lock}, which the system frees when the process dies and which has
 * a line for each process that has worked on the cell, and rewrites {@code <cell>.json} with every
 * heartbeat. Where locks do not reach other machines, the second file keeps them out until it has
 * not changed for {@value #MISSED} beats.
 */
final class Claims {
  static final Duration BEAT = Duration.ofSeconds(5);
  private static final int MISSED = 12;

  /**
   * Locks held by this process: closing any channel of a file frees its lock, so that no second one
   * may be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Holder self;
  private final Duration beat;
  private final Map<String, Seen> seen = new HashMap<>();

  /** What the file of another machine's holder was when it last changed, and when that was. */
  private record Seen(Holder holder, long nanos) {}

  /** Claims of this process on the cells of a folder. */
  Claims(Path sweep) {
    this(sweep, host(), BEAT);
  }

  Claims(Path sweep, String host, Duration beat) {
    folder = sweep.resolve(".claims").toAbsolutePath().normalize();
    long pid = ProcessHandle.current().pid();
    self = new Holder(host, pid, UUID.randomUUID().toString(), 0, 0, 0);
    this.beat = beat;
  }

  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      throw new UserException("the name of this machine cannot be found", e);
    }
  }

  /** Takes a cell that nobody holds. */
  Optional<Claim> take(String cell) {
    Path lock = folder.resolve(cell + ".lock");
    if (!HELD.add(lock)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      Files.createDirectories(lock.getParent());
      channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      taken = channel.tryLock() != null && register(cell);
      return taken
          ? Optional.of(new Claim(file(cell), self, beat, lock, channel))
          : Optional.empty();
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UserException(lock + ": cannot be locked", e);
    } finally {
      if (!taken) {
        release(lock, channel);
      }
    }
  }

  static void release(Path lock, FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UserException(lock + ": cannot be released", e);
    } finally {
      HELD.remove(lock);
    }
  }

  /** Writes this process down as the holder, unless another machine's holder lives. */
  private boolean register(String cell) throws IOException {
    Path file = file(cell);
    try {
      Files.write(file, Json.mapper().writeValueAsBytes(self), StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      Holder before = read(file).orElse(null);
      if (before != null && before.host().equals(self.host())) { // its lock was free: it is dead
        Claim.write(file, self);
        return true;
      }
      return isStale(cell, before) && takeOver(file);
    }
  }

  /** Whether the file has stayed as it is for too long while this process watched. */
  private boolean isStale(String cell, Holder holder) {
    Seen before = seen.get(cell);
    long now = System.nanoTime();
    if (before == null || !Objects.equals(before.holder(), holder)) {
      seen.put(cell, new Seen(holder, now));
      return false;
    }
    return now - before.nanos() > MISSED * beat.toNanos();
  }

  /** Of several machines that replace the file at once, the last one has the cell. */
  private boolean takeOver(Path file) {
    Claim.write(file, self);
    try {
      Thread.sleep(beat.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return isHeldBy(self, file);
  }

  static boolean isHeldBy(Holder holder, Path file) {
    return read(file).filter(now -> now.process().equals(holder.process())).isPresent();
  }

  private Path file(String cell) {
    return folder.resolve(cell + ".json");
  }

  /** The holder of a cell; a process that died on another machine counts for a while. */
  Optional<Holder> holder(String cell) {
    return read(file(cell))
        .filter(
            holder ->
                !holder.host().equals(self.host())
                    || ProcessHandle.of(holder.pid()).filter(ProcessHandle::isAlive).isPresent());
  }

  /** Whether a process of this machine was the last to hold a cell. */
  boolean wasHeldBy(long pid, String cell) {
    return read(file(cell)).filter(h -> h.host().equals(self.host()) && h.pid() == pid).isPresent();
  }

  /** Empty where there is no file, or one that is only being written or was never finished. */
  private static Optional<Holder> read(Path file) {
    try {
      return Optional.of(Json.mapper().readValue(Files.readAllBytes(file), Holder.class));
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read", e);
    }
  }
}
