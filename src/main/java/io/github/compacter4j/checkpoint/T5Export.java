package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import io.github.compacter4j.torch.GradientMode;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

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

  private static final String PROMPT_ADVICE =
      "; in Python put the tensor of adapter.safetensors"
          + " before the embedded input and pass both as inputs_embeds";

  private T5Export() {}

  /**
   * Writes configuration, weights and tokenizer.
   *
   * @param types of the weights
   * @param base folder of the base model
   * @param out a folder that does not exist or is empty
   * @throws UserException if the network has more than the tensors of a T5, or the folder is not
   *     empty
   */
  public static void write(T5Network network, StoredTypes types, Path base, Path out) {
    ExportFolder.requireTensorsAlone(network.hooks(), "T5", PROMPT_ADVICE);
    ExportFolder.requireEmpty(out);
    try (GradientMode off = GradientMode.off();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      SortedMap<String, NDArray> tensors = tensors(network);
      ExportFolder.write(tensors, types, out.resolve("model.safetensors"));
      boolean tied = !tensors.containsKey(T5Tensors.LM_HEAD);
      writeConfig(base, network.config(), tied, types, out);
    }
    ExportFolder.copy(base, COPIED, out);
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

  private static void writeConfig(
      Path base, T5Config config, boolean tied, StoredTypes types, Path out) {
    ObjectNode json = ExportFolder.readConfig(base);
    json.put("vocab_size", config.vocabSize());
    json.put("tie_word_embeddings", config.tieWordEmbeddings() && tied);
    ExportFolder.writeConfig(json, types, out);
  }
}
