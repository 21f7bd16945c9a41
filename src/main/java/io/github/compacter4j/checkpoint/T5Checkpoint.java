package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import io.github.compacter4j.torch.Torch;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A T5 in Hugging Face's layout: {@code config.json} with {@code model.safetensors}, or with
 * several files and {@code model.safetensors.index.json}.
 */
public final class T5Checkpoint implements Closeable {
  /** The embedding's names in published files; all that are there must be equal. */
  private static final List<String> EMBEDDING_NAMES =
      List.of(T5Tensors.SHARED, "encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

  /** Left in the first published files by mistake; no code ever read it. */
  private static final String UNUSED =
      "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";

  private final Path folder;
  private final T5Config config;
  private final ModelFolder files;

  private T5Checkpoint(Path folder, T5Config config, ModelFolder files) {
    this.folder = folder;
    this.config = config;
    this.files = files;
  }

  /**
   * Opens a folder and checks that its tensors are those of its configuration.
   *
   * @throws UserException naming the file or tensor that is missing, unexpected or wrongly shaped
   */
  public static T5Checkpoint open(Path folder) {
    T5Config config = T5Config.read(ModelFolder.config(folder));
    ModelFolder files = ModelFolder.open(folder, "T5ForConditionalGeneration");
    try {
      T5Checkpoint checkpoint = new T5Checkpoint(folder, config, files);
      checkpoint.check();
      return checkpoint;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private void check() {
    Set<String> extra = new TreeSet<>(files.names());
    config
        .shapes()
        .forEach(
            (name, shape) -> {
              String stored = storedName(name);
              extra.remove(stored);
              files.require(name, stored, shape);
            });
    extra.remove(UNUSED);
    extra.removeIf(this::isEmbeddingCopy);
    files.refuse(extra);
  }

  private String storedName(String name) {
    return name.equals(T5Tensors.SHARED)
        ? embeddingNames().filter(files.names()::contains).findFirst().orElse(name)
        : name;
  }

  /** A file keeps one or several of them; the head is the embedding only where they are tied. */
  private Stream<String> embeddingNames() {
    Stream<String> head = config.tieWordEmbeddings() ? Stream.of(T5Tensors.LM_HEAD) : Stream.of();
    return Stream.concat(EMBEDDING_NAMES.stream(), head);
  }

  private boolean isEmbeddingCopy(String name) {
    if (embeddingNames().noneMatch(name::equals)) {
      return false;
    }
    try (NDManager manager = Torch.newManager()) {
      String shared = storedName(T5Tensors.SHARED);
      return files.read(name, manager).contentEquals(files.read(shared, manager));
    }
  }

  /** The sizes as {@code config.json} has them. */
  public T5Config config() {
    return config;
  }

  /** SHA-256 over names, types, shapes and bytes of all tensors, sorted by name. */
  public String fingerprint() {
    return files.fingerprint();
  }

  /** The types of the tensors by their names here. */
  public StoredTypes types() {
    Map<String, String> types = new HashMap<>();
    config.shapes().keySet().forEach(name -> types.put(name, files.type(storedName(name))));
    return new StoredTypes(types);
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
      NDArray tensor = files.read(stored, manager);
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
    files.close();
  }
}
