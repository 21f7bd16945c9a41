package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.bert.BertHead;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.hub.HubFiles;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A BERT or RoBERTa in Hugging Face's layout, its tensors named with or without the family's prefix
 * and in the older way.
 */
public final class BertCheckpoint implements Closeable {
  /** Parts of what the encoder was pre-trained with; no encoder reads them. */
  private static final Pattern UNUSED =
      Pattern.compile("(cls|lm_head)\\..*|embeddings\\.(position_ids|token_type_ids)");

  /** Of a head: the pooler, and what a fine-tuned folder classifies with. */
  private static final Pattern HEAD = Pattern.compile("(pooler|classifier)\\..*");

  private final Path folder;
  private final BertConfig config;
  private final ModelFolder files;
  private final SortedMap<String, String> stored = new TreeMap<>(); // names in the files, by ours

  private BertCheckpoint(Path folder, BertConfig config, ModelFolder files) {
    this.folder = folder;
    this.config = config;
    this.files = files;
  }

  /**
   * Opens a folder and checks that its tensors are those of its configuration.
   *
   * @throws UserException naming the file or tensor that is missing, unexpected or wrongly shaped
   */
  public static BertCheckpoint open(Path folder) {
    BertConfig config = BertConfig.read(ModelFolder.config(folder));
    ModelFolder files = ModelFolder.open(folder, "AutoModel");
    try {
      BertCheckpoint checkpoint = new BertCheckpoint(folder, config, files);
      checkpoint.check();
      return checkpoint;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private void check() {
    for (String name : files.names()) {
      String other = stored.put(ours(name), name);
      if (other != null) {
        throw new UserException(folder + ": tensors " + other + " and " + name + " are the same");
      }
    }
    Map<String, Shape> expected = config.shapes();
    expected.forEach((name, shape) -> files.require(name, stored.getOrDefault(name, name), shape));
    TreeSet<String> extra = new TreeSet<>(files.names());
    extra.removeIf(
        name ->
            expected.containsKey(ours(name))
                || UNUSED.matcher(ours(name)).matches()
                || HEAD.matcher(ours(name)).matches());
    files.refuse(extra);
  }

  /** A name without the family's prefix, {@code gamma} and {@code beta} as they are called now. */
  private static String ours(String name) {
    return name.replaceFirst("^(bert|roberta)\\.", "")
        .replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
        .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
  }

  /** The pooling that a model's folder asks for: the mean in those of sentence encoders. */
  public static Pooling usualPooling(Path folder) {
    Path file = folder.resolve(HubFiles.POOLING);
    boolean mean =
        Files.isRegularFile(file) && Json.config(file).path("pooling_mode_mean_tokens").asBoolean();
    return mean ? Pooling.MEAN : Pooling.CLS;
  }

  /** The sizes as {@code config.json} has them. */
  public BertConfig config() {
    return config;
  }

  /** SHA-256 over names, types, shapes and bytes of all tensors, sorted by name. */
  public String fingerprint() {
    return files.fingerprint();
  }

  /** The classifier's tensors that do not start a head; empty where the folder has none. */
  public List<String> leftOut(Pooling pooling, int outputs) {
    Map<String, Shape> head = BertHead.shapes(config, pooling, outputs);
    return hasClassifier(head)
        ? List.of()
        : stored.tailMap("classifier.").keySet().stream()
            .filter(name -> name.startsWith("classifier."))
            .toList();
  }

  /** Whether the files have all of the classifier that such a head is made of. */
  private boolean hasClassifier(Map<String, Shape> head) {
    return head.entrySet().stream()
        .filter(tensor -> !tensor.getKey().startsWith("pooler."))
        .allMatch(tensor -> has(tensor.getKey(), tensor.getValue()));
  }

  /** The types of the encoder's tensors by their names here. */
  public StoredTypes types() {
    Map<String, String> types = new HashMap<>();
    config.shapes().keySet().forEach(name -> types.put(name, files.type(stored.get(name))));
    return new StoredTypes(types);
  }

  /** Whether the files have a tensor of this name. */
  public boolean has(String name) {
    return stored.containsKey(name);
  }

  private boolean has(String name, Shape shape) {
    return stored.containsKey(name) && files.shape(stored.get(name)).equals(shape);
  }

  /**
   * Reads the network with a head: a pooler of the files starts from there, and so does a
   * classifier of as many outputs.
   *
   * @param outputs classes, or 1 for a score
   * @param seed of what the files do not have
   */
  public BertNetwork load(Pooling pooling, int outputs, long seed) {
    NDManager manager = Torch.newManager();
    Map<String, NDArray> read = new HashMap<>();
    config.shapes().keySet().forEach(name -> read.put(name, files.read(stored.get(name), manager)));
    BertHead head = new BertHead(config, pooling, outputs, DataType.FLOAT32, seed);
    Map<String, Shape> shapes = BertHead.shapes(config, pooling, outputs);
    boolean hasClassifier = hasClassifier(shapes);
    shapes.forEach(
        (name, shape) -> {
          if (name.startsWith("pooler.") ? has(name, shape) : hasClassifier) {
            try (NDArray value = files.read(stored.get(name), manager)) {
              TorchFunctions.copy(value, head.tensors().get(name).getArray());
            }
          }
        });
    return new BertNetwork(config, Weights.of(config, manager, read), head);
  }

  @Override
  public void close() {
    files.close();
  }
}
