package io.github.compacter4j.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * A file that names the process that holds a lock, made in one step by whoever comes first.
 *
 * <p>Plain streams, not channels: an interrupt, which closes a channel, must not spoil it.
 *
 * <p>It stands for a lock where the file system has none, and shows who holds one where it has.
 */
record OwnerFile(Path path) {
  /** How long a file may be without its content, which follows at once unless its maker died. */
  private static final Duration FILLING = Duration.ofSeconds(10);

  /**
   * Writes this process down, unless another one is there that may live.
   *
   * @param locked whether a lock of the system keeps other processes out, so that one of another
   *     machine must have died
   */
  boolean take(boolean locked) throws IOException {
    while (true) {
      try {
        Files.createFile(path);
        write();
        return true;
      } catch (FileAlreadyExistsException e) {
        if (mayLive(locked) || !removeStale()) {
          return false;
        }
      }
    }
  }

  private void write() throws IOException {
    try (FileOutputStream out = new FileOutputStream(path.toFile())) {
      out.write(Json.mapper().writeValueAsBytes(LockOwner.self()));
    } catch (IOException e) {
      delete();
      throw e;
    }
  }

  private boolean mayLive(boolean locked) throws IOException {
    Optional<LockOwner> owner = read();
    if (owner.isEmpty()) {
      return !locked && isYoung();
    }
    return owner.get().isHere()
        ? owner.get().isAlive() && !owner.get().equals(LockOwner.self())
        : !locked && !owner.get().isEarlierRunOfThisJob();
  }

  private boolean isYoung() throws IOException {
    try {
      long age = System.currentTimeMillis() - Files.getLastModifiedTime(path).toMillis();
      return age < FILLING.toMillis();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Of several that find it stale at once, one moves it away; false if that was a live one's. */
  private boolean removeStale() throws IOException {
    OwnerFile beside =
        new OwnerFile(path.resolveSibling(path.getFileName() + "." + UUID.randomUUID()));
    try {
      Files.move(path, beside.path);
    } catch (NoSuchFileException e) {
      return true; // another one has moved it
    }
    if (beside.mayLive(false) && beside.read().filter(LockOwner::isHere).isPresent()) {
      Files.move(beside.path, path);
      return false;
    }
    Files.delete(beside.path);
    return true;
  }

  /** Empty where there is no file, or one that is only being written or was never finished. */
  Optional<LockOwner> read() throws IOException {
    try (FileInputStream in = new FileInputStream(path.toFile())) {
      return Optional.of(Json.mapper().readValue(in.readAllBytes(), LockOwner.class));
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(path);
  }
}
