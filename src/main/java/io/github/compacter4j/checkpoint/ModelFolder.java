package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Disguise;
import io.github.compacter4j.files.Hashes;
import io.github.compacter4j.files.Json;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors of a folder in Hugging Face's layout: {@code config.json} with {@code
 * model.safetensors}, or with several files and {@code model.safetensors.index.json}.
 */
final class ModelFolder implements Closeable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final String type;
  private final Map<Path, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> tensors = new TreeMap<>();

  private ModelFolder(Path folder, String type) {
    this.folder = folder;
    this.type = type;
  }

  /**
   * Opens a folder's files.
   *
   * @param type the class of the Python library transformers that reads such folders
   * @throws UserException naming the file that is missing or cannot be read
   */
  static ModelFolder open(Path folder, String type) {
    ModelFolder model = new ModelFolder(folder, type);
    try {
      model.openFiles();
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** The file of a model's sizes, which must be there. */
  static Path config(Path folder) {
    Path config = folder.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      throw new UserException(folder + ": no model here, config.json is missing");
    }
    return config;
  }

  private void openFiles() {
    if (Files.exists(folder.resolve(SINGLE))) {
      SafetensorsFile file = openFile(SINGLE);
      file.names().forEach(name -> tensors.put(name, file));
    } else if (Files.exists(folder.resolve(INDEX))) {
      openShards();
    } else {
      Pickled.refuseIn(folder, type);
      throw new UserException(folder + ": neither " + SINGLE + " nor " + INDEX + " is there");
    }
  }

  private void openShards() {
    Path index = folder.resolve(INDEX);
    JsonNode map;
    Disguise.refuse(index);
    try {
      map = Json.mapper().readTree(index.toFile()).path("weight_map");
    } catch (IOException e) {
      throw new UserException(index + ": not a readable index", e);
    }
    if (map.isEmpty()) {
      throw new UserException(index + ": weight_map is missing or empty");
    }
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      SafetensorsFile shard = openFile(entry.getValue().asText());
      if (!shard.names().contains(entry.getKey())) {
        throw new UserException(
            index + ": tensor " + entry.getKey() + " is not in " + entry.getValue().asText());
      }
      tensors.put(entry.getKey(), shard);
    }
    files.forEach(
        (path, file) -> {
          for (String name : file.names()) {
            if (tensors.get(name) != file) {
              throw new UserException(path + ": tensor " + name + " is not in " + INDEX);
            }
          }
        });
  }

  private SafetensorsFile openFile(String name) {
    Path file = folder.resolve(name).normalize();
    if (!folder.normalize().equals(file.getParent())) {
      throw new UserException(folder + ": the index names a file elsewhere: " + name);
    }
    return files.computeIfAbsent(file, SafetensorsFile::open);
  }

  /** The sorted names of all tensors. */
  Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** The shape of a tensor that is there. */
  Shape shape(String name) {
    return tensors.get(name).shape(name);
  }

  /** The type of a tensor that is there. */
  String type(String name) {
    return tensors.get(name).type(name);
  }

  /** Reads a tensor that is there. */
  NDArray read(String name, NDManager manager) {
    return tensors.get(name).read(name, manager);
  }

  /**
   * Refuses a folder that lacks a tensor or has another shape of it.
   *
   * @param name of the tensor in our list
   * @param stored its name in the files
   */
  void require(String name, String stored, Shape shape) {
    if (!tensors.containsKey(stored)) {
      throw new UserException(folder + ": tensor " + name + " is missing");
    }
    if (!shape(stored).equals(shape)) {
      throw new UserException(
          folder
              + ": tensor "
              + stored
              + " has shape "
              + shape(stored)
              + ", config.json asks for "
              + shape);
    }
  }

  /** Refuses tensors that no model of this configuration has. */
  void refuse(Set<String> extra) {
    if (!extra.isEmpty()) {
      throw new UserException(
          folder + ": unexpected tensor " + String.join(", ", extra) + " for its config.json");
    }
  }

  /** SHA-256 over names, types, shapes and bytes of all tensors, sorted by name. */
  String fingerprint() {
    MessageDigest digest = Hashes.sha256();
    tensors.forEach((name, file) -> file.digest(name, digest));
    return Hashes.hex(digest);
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
