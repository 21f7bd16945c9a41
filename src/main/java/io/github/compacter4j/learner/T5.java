package io.github.compacter4j.learner;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterHubExport;
import io.github.compacter4j.checkpoint.AdapterHubModel;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.StoredTypes;
import io.github.compacter4j.checkpoint.T5Checkpoint;
import io.github.compacter4j.checkpoint.T5Export;
import io.github.compacter4j.checkpoint.peft.PeftExport;
import io.github.compacter4j.checkpoint.peft.PeftModel;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.text.T5Tokenizer;
import java.nio.file.Path;
import java.util.Optional;

/** A pre-trained T5 to start from: where its files are, its tokenizer and sizes. */
public final class T5 implements Pretrained {
  /** The name of the small model that comes with the project. */
  public static final String BUNDLED = ModelFiles.BUNDLED;

  private final String name;
  private final Path folder;
  private final T5Tokenizer tokenizer;
  private final T5Config config;
  private final int rows;
  private final String fingerprint;

  private T5(String name, Path folder, boolean keepRows) {
    this.name = name;
    this.folder = folder;
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      tokenizer = T5Tokenizer.load(folder);
      rows = keepRows ? checkpoint.config().vocabSize() : tokenizer.length();
      config = checkpoint.config().withVocabSize(rows);
      fingerprint = checkpoint.fingerprint();
    }
  }

  /**
   * Finds a model: {@code bundled}, a folder, or a name on the hub such as {@code t5-base}, which
   * is downloaded into the hub's shared cache unless it is there.
   *
   * <p>As in the reference, the embedding keeps as many rows as the tokenizer has entries.
   *
   * @throws UserException if it cannot be found, downloaded or read
   */
  public static T5 load(String model) {
    return new T5(model, ModelFiles.find(model), false);
  }

  /**
   * {@link #load} with all embedding rows of the file, for counting and for its network; to train
   * it is refused, since an adapter names its base by a fingerprint that does not tell the rows.
   */
  public static T5 loadWithAllRows(String model) {
    return new T5(model, ModelFiles.find(model), true);
  }

  @Override
  public void requireTrainable() {
    if (rows != tokenizer.length()) {
      throw UserException.usage(
          "model %s was loaded with %d embedding rows, the tokenizer has %d entries; T5.load gives it as it is trained"
              .formatted(name, rows, tokenizer.length()));
    }
  }

  @Override
  public T5Network newNetwork() {
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      return checkpoint.load(rows);
    }
  }

  @Override
  public T5Network newNetwork(Task task, String pooling, long seed) {
    return newNetwork();
  }

  @Override
  public boolean serves(Network network, Task task, String pooling) {
    return true;
  }

  @Override
  public Optional<String> leftOut(Task task, String pooling) {
    return Optional.empty();
  }

  @Override
  public String usualProtocol() {
    return Family.T5.usualProtocol(name);
  }

  @Override
  public Protocol protocol(String protocol, MethodSpec method, Task task) {
    return Family.T5.protocol(protocol, method, task);
  }

  @Override
  public String pooling(String asked) {
    if (asked != null) {
      throw UserException.usage(
          "model %s is a T5, which has no pooling; pooling %s needs an encoder"
              .formatted(name, asked));
    }
    return null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public T5Config anatomy() {
    return config;
  }

  /** The sizes, with the rows that are kept. */
  public T5Config config() {
    return config;
  }

  /** The tokenizer. */
  public T5Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public TaskReader reader(Task task, int maxSourceLength, boolean withTaskName) {
    return new TextReader(task, tokenizer, maxSourceLength, withTaskName);
  }

  @Override
  public void export(Network network, Task task, StoredTypes types, Path out) {
    T5Export.write((T5Network) network, types, folder, out);
  }

  @Override
  public StoredTypes storedTypes() {
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      return checkpoint.types();
    }
  }

  @Override
  public void exportAdapters(Adaptation adaptation, AdapterInfo info, Task task, Path out) {
    AdapterHubExport.write(adaptation, info, AdapterHubModel.of(config), out);
  }

  @Override
  public void exportPeft(Adaptation adaptation, AdapterInfo info, Task task, Path out) {
    PeftExport.write(adaptation, info, PeftModel.t5(), out);
  }

  @Override
  public boolean startsHead(String tensor) {
    return true; // it has none
  }

  @Override
  public Learner learner(Network network, Task task, Protocol protocol) {
    return TextToText.of((T5Network) network, tokenizer, task, protocol);
  }

  @Override
  public String toString() {
    return name
        + " (d_model "
        + config.dModel()
        + ", "
        + config.numLayers()
        + "+"
        + config.numDecoderLayers()
        + " blocks, "
        + config.vocabSize()
        + " rows)";
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
