package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import io.github.compacter4j.torch.GradientMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes a T5 folder in Hugging Face's layout, with what a method made of the tensors. */
public final class T5Export {
  /** Files beside the weights that are copied where the base model has them. */
  private static final List<String> COPIED =
      List.of(
          "spiece.model",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "generation_config.json");

  private T5Export() {}

  /**
   * Writes configuration, float32 weights and tokenizer.
   *
   * @param base folder of the base model
   * @param out a folder that does not exist or is empty
   * @throws UserException if the network has more than the tensors of a T5, or the folder is not
   *     empty
   */
  public static void write(T5Network network, Path base, Path out) {
    requireTensorsAlone(network.hooks());
    requireEmpty(out);
    try (GradientMode off = GradientMode.off();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      SortedMap<String, NDArray> tensors = tensors(network);
      AtomicFiles.write(
          out.resolve("model.safetensors"),
          stream -> SafetensorsWriter.write(tensors, Map.of("format", "pt"), stream));
      writeConfig(base, network.config(), !tensors.containsKey(T5Tensors.LM_HEAD), out);
    }
    for (String name : COPIED) {
      copy(base.resolve(name), out.resolve(name));
    }
  }

  private static void requireTensorsAlone(Hooks hooks) {
    if (!hooks.layers().isEmpty() || !hooks.layersBehindSums().isEmpty()) {
      throw new UserException(
          "a T5 folder has no place for adapters; export them with --format adapterhub");
    }
    if (hooks.hasBranches()) {
      throw new UserException(
          "a T5 folder has no place for what stands beside its matrices or scales them");
    }
    if (hooks.hasBiases()) {
      throw new UserException(
          "a T5 folder has no place for biases, which no layer of Hugging Face's T5 has");
    }
    if (hooks.hasPrefix()) {
      throw new UserException(
          "a T5 folder has no place for a prompt; in Python put the tensor of adapter.safetensors"
              + " before the embedded input and pass both as inputs_embeds");
    }
  }

  /** Refuses a folder that has files. */
  static void requireEmpty(Path out) {
    if (Files.exists(out) && (!Files.isDirectory(out) || !isEmpty(out))) {
      throw new UserException(out + ": exists and is not an empty folder");
    }
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be read", e);
    }
  }

  private static SortedMap<String, NDArray> tensors(T5Network network) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    T5Config config = network.config();
    config.shapes().keySet().forEach(name -> tensors.put(name, network.tensor(name)));
    if (config.tieWordEmbeddings() && network.hooks().replacesTensors()) {
      // The output layer keeps the original embedding, so the two come apart, and untied models do
      // not scale what goes into it.
      NDArray original = network.weights().get(T5Tensors.SHARED);
      tensors.put(T5Tensors.LM_HEAD, original.mul(1 / Math.sqrt(config.dModel())));
    }
    return tensors;
  }

  private static void writeConfig(Path base, T5Config config, boolean tied, Path out) {
    Path source = base.resolve("config.json");
    ObjectNode json;
    try {
      json = (ObjectNode) Json.mapper().readTree(source.toFile());
    } catch (IOException e) {
      throw new UserException(source + ": cannot be read", e);
    }
    json.put("vocab_size", config.vocabSize());
    json.put("tie_word_embeddings", config.tieWordEmbeddings() && tied);
    json.remove("dtype");
    json.put("torch_dtype", "float32");
    Json.write(out.resolve("config.json"), json);
  }

  private static void copy(Path from, Path to) {
    if (Files.exists(from)) {
      AtomicFiles.write(to, stream -> Files.copy(from, stream));
    }
  }
}
