package io.github.compacter4j.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The file that tells who works on a cell. */
record HolderFile(Path path) {
  /** Empty where there is no file, or one that is only being written or was never finished. */
  Optional<Holder> read() {
    try {
      return Optional.of(Json.mapper().readValue(Files.readAllBytes(path), Holder.class));
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UserException(path + ": cannot be read", e);
    }
  }

  boolean isOf(Holder holder) {
    return read().filter(now -> now.process().equals(holder.process())).isPresent();
  }

  /** Writes the file, unless there is one. */
  boolean create(Holder holder) {
    try {
      Files.write(path, Json.mapper().writeValueAsBytes(holder), StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UserException(path + ": cannot be written", e);
    }
  }

  /** Replaces the file at once, whoever else may be doing so. */
  void replace(Holder holder) {
    Path beside = path.resolveSibling(path.getFileName() + "." + holder.process());
    try {
      Files.write(beside, Json.mapper().writeValueAsBytes(holder));
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UserException(path + ": cannot be written", e);
    }
  }

  void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UserException(path + ": cannot be removed", e);
    }
  }
}
