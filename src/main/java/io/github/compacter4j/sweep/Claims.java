package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

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
    Optional<CellLock> lock = CellLock.take(folder.resolve(cell + ".lock"));
    boolean taken = false;
    try {
      taken = lock.isPresent() && register(cell);
      return taken ? Optional.of(new Claim(file(cell), self, beat, lock.get())) : Optional.empty();
    } finally {
      if (!taken) {
        lock.ifPresent(CellLock::close);
      }
    }
  }

  /** Writes this process down as the holder, unless another machine's holder lives. */
  private boolean register(String cell) {
    HolderFile file = file(cell);
    if (file.create(self)) {
      return true;
    }
    Holder before = file.read().orElse(null);
    if (before != null && before.host().equals(self.host())) { // its lock was free: it is dead
      file.replace(self);
      return true;
    }
    return isStale(cell, before) && takeOver(file);
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
  private boolean takeOver(HolderFile file) {
    file.replace(self);
    try {
      Thread.sleep(beat.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return file.isOf(self);
  }

  private HolderFile file(String cell) {
    return new HolderFile(folder.resolve(cell + ".json"));
  }

  /** The holder of a cell; a process that died on another machine counts for a while. */
  Optional<Holder> holder(String cell) {
    return file(cell)
        .read()
        .filter(
            holder ->
                !holder.host().equals(self.host())
                    || ProcessHandle.of(holder.pid()).filter(ProcessHandle::isAlive).isPresent());
  }

  /** Whether a process of this machine was the last to hold a cell. */
  boolean wasHeldBy(long pid, String cell) {
    return file(cell)
        .read()
        .filter(h -> h.host().equals(self.host()) && h.pid() == pid)
        .isPresent();
  }
}
