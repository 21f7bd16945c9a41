package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.hub.HubFiles;
import io.github.compacter4j.torch.GradientMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes an encoder's folder in Hugging Face's layout, with what a method made of the tensors.
 *
 * <p>A {@code cls} head is one that transformers has. It has none for {@code mean}, so that head
 * lies beside the encoder in {@code head.safetensors}, and {@code load.py} computes with both.
 */
public final class EncoderExport {
  /** Files beside the weights that are copied where the base model has them. */
  private static final List<String> COPIED =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.txt",
          "vocab.json",
          "merges.txt",
          "sentencepiece.bpe.model");

  private EncoderExport() {}

  /**
   * Writes configuration, weights, tokenizer and head.
   *
   * @param types of the weights, by the names of this program
   * @param labels names of the head's outputs
   * @param base folder of the base model
   * @param out a folder that does not exist or is empty
   * @throws io.github.compacter4j.UserException if the network has more than the tensors of an
   *     encoder, or the folder is not empty
   */
  public static void write(
      BertNetwork network, List<String> labels, StoredTypes types, Path base, Path out) {
    EncoderNames names = new EncoderNames(network);
    ExportFolder.requireTensorsAlone(network.hooks(), names.family(), "");
    ExportFolder.requireEmpty(out);
    try (GradientMode off = GradientMode.off();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      writeTensors(network, names, types, out);
    }
    writeConfig(network, names, labels, types, base, out);
    ExportFolder.copy(base, COPIED, out);
    if (network.head().pooling() == Pooling.MEAN) {
      ExportFolder.copy(base, List.of(HubFiles.POOLING), out);
      ExportFolder.writeScript("load_mean.py", values(labels), out.resolve("load.py"));
    }
  }

  private static void writeTensors(
      BertNetwork network, EncoderNames names, StoredTypes types, Path out) {
    SortedMap<String, NDArray> model = new TreeMap<>();
    SortedMap<String, NDArray> head = new TreeMap<>();
    network.config().shapes().keySet().forEach(n -> model.put(names.name(n), network.tensor(n)));
    network.headTensors().forEach((n, tensor) -> head.put(names.name(n), tensor.getArray()));
    if (network.head().pooling() == Pooling.CLS) {
      model.putAll(head);
    } else {
      ExportFolder.write(head, out.resolve("head.safetensors"));
    }
    Map<String, String> written = new TreeMap<>();
    types.byName().forEach((name, type) -> written.put(names.name(name), type));
    ExportFolder.write(model, new StoredTypes(written), out.resolve("model.safetensors"));
  }

  private static void writeConfig(
      BertNetwork network,
      EncoderNames names,
      List<String> labels,
      StoredTypes types,
      Path base,
      Path out) {
    ObjectNode config = ExportFolder.readConfig(base);
    String type = config.path("model_type").asText();
    String modelClass = names.modelClass();
    config
        .putArray("architectures")
        .add(type.equals("xlm-roberta") ? "XLM" + modelClass : modelClass);
    if (names.hasHead()) {
      config.put(
          "problem_type", network.head().isScore() ? "regression" : "single_label_classification");
      ObjectNode texts = config.putObject("id2label");
      ObjectNode numbers = config.putObject("label2id");
      for (int i = 0; i < labels.size(); i++) {
        texts.put(Integer.toString(i), labels.get(i));
        numbers.put(labels.get(i), i);
      }
    }
    ExportFolder.writeConfig(config, types, out);
  }

  /** What stands in scripts that load an encoder with its head. */
  public static Map<String, String> values(List<String> labels) {
    return Map.of(
        "LABELS",
        Json.mapper().valueToTree(labels).toString(),
        "MEAN",
        ExportFolder.resource("mean.py").strip());
  }
}
