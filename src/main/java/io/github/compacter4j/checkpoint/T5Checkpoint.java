package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Hashes;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import io.github.compacter4j.torch.Torch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A T5 in Hugging Face's layout: {@code config.json} with {@code model.safetensors}, or with
 * several files and {@code model.safetensors.index.json}.
 */
public final class T5Checkpoint implements Closeable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** Other names of the embedding in published files; each must equal it. */
  private static final Set<String> EMBEDDING_ALIASES =
      Set.of("encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

  /** Left in the first published files by mistake; no code ever read it. */
  private static final String UNUSED =
      "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";

  private final Path folder;
  private final T5Config config;
  private final Map<Path, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> tensors = new TreeMap<>();

  private T5Checkpoint(Path folder) {
    this.folder = folder;
    config = T5Config.read(folder.resolve("config.json"));
  }

  /**
   * Opens a folder and checks that its tensors are those of its configuration.
   *
   * @throws UserException naming the file or tensor that is missing, unexpected or wrongly shaped
   */
  public static T5Checkpoint open(Path folder) {
    if (!Files.isRegularFile(folder.resolve("config.json"))) {
      throw new UserException(folder + ": no model here, config.json is missing");
    }
    T5Checkpoint checkpoint = new T5Checkpoint(folder);
    try {
      checkpoint.openFiles();
      checkpoint.check();
      return checkpoint;
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private void openFiles() {
    if (Files.exists(folder.resolve(SINGLE))) {
      SafetensorsFile file = open(SINGLE);
      file.names().forEach(name -> tensors.put(name, file));
    } else if (Files.exists(folder.resolve(INDEX))) {
      openShards();
    } else {
      Pickled.refuseIn(folder);
      throw new UserException(folder + ": neither " + SINGLE + " nor " + INDEX + " is there");
    }
  }

  private void openShards() {
    Path index = folder.resolve(INDEX);
    JsonNode map;
    try {
      map = Json.mapper().readTree(index.toFile()).path("weight_map");
    } catch (IOException e) {
      throw new UserException(index + ": not a readable index", e);
    }
    if (map.isEmpty()) {
      throw new UserException(index + ": weight_map is missing or empty");
    }
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      SafetensorsFile shard = open(entry.getValue().asText());
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

  private SafetensorsFile open(String name) {
    Path file = folder.resolve(name).normalize();
    if (!folder.normalize().equals(file.getParent())) {
      throw new UserException(folder + ": the index names a file elsewhere: " + name);
    }
    return files.computeIfAbsent(file, SafetensorsFile::open);
  }

  private void check() {
    Map<String, Shape> expected = config.shapes();
    Set<String> extra = new TreeSet<>(tensors.keySet());
    expected.forEach(
        (name, shape) -> {
          String stored = storedName(name);
          extra.remove(stored);
          SafetensorsFile file = tensors.get(stored);
          if (file == null) {
            throw new UserException(folder + ": tensor " + name + " is missing");
          }
          if (!file.shape(stored).equals(shape)) {
            throw new UserException(
                folder
                    + ": tensor "
                    + stored
                    + " has shape "
                    + file.shape(stored)
                    + ", config.json asks for "
                    + shape);
          }
        });
    extra.remove(UNUSED);
    extra.removeIf(this::isEmbeddingCopy);
    if (!extra.isEmpty()) {
      throw new UserException(
          folder + ": unexpected tensor " + String.join(", ", extra) + " for its config.json");
    }
  }

  private String storedName(String name) {
    boolean moved = name.equals(T5Tensors.SHARED) && !tensors.containsKey(name);
    return moved ? "encoder.embed_tokens.weight" : name;
  }

  private boolean isEmbeddingCopy(String name) {
    boolean alias =
        EMBEDDING_ALIASES.contains(name)
            || config.tieWordEmbeddings() && name.equals(T5Tensors.LM_HEAD);
    if (!alias) {
      return false;
    }
    try (NDManager manager = Torch.newManager()) {
      String shared = storedName(T5Tensors.SHARED);
      NDArray copy = tensors.get(name).read(name, manager);
      return copy.contentEquals(tensors.get(shared).read(shared, manager));
    }
  }

  /** The sizes as {@code config.json} has them. */
  public T5Config config() {
    return config;
  }

  /** SHA-256 over names, types, shapes and bytes of all tensors, sorted by name. */
  public String fingerprint() {
    MessageDigest digest = Hashes.sha256();
    tensors.forEach((name, file) -> file.digest(name, digest));
    return Hashes.hex(digest);
  }

  /**
   * Reads the network.
   *
   * @param rows embedding rows to keep, as the reference keeps as many as the tokenizer has entries
   */
  public T5Network load(int rows) {
    if (rows > config.vocabSize()) {
      throw new UserException(
          folder
              + ": the tokenizer has "
              + rows
              + " entries, the embedding only "
              + config.vocabSize()
              + " rows");
    }
    T5Config kept = config.withVocabSize(rows);
    NDManager manager = Torch.newManager();
    Map<String, NDArray> read = new HashMap<>();
    for (Map.Entry<String, Shape> entry : kept.shapes().entrySet()) {
      String stored = storedName(entry.getKey());
      NDArray tensor = tensors.get(stored).read(stored, manager);
      boolean vocabulary = entry.getValue().dimension() == 2 && entry.getValue().get(0) == rows;
      if (vocabulary && tensor.getShape().get(0) > rows) {
        NDArray all = tensor;
        tensor = all.get(":" + rows).duplicate();
        all.close();
      }
      read.put(entry.getKey(), tensor);
    }
    return new T5Network(kept, Weights.of(kept, manager, read));
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
