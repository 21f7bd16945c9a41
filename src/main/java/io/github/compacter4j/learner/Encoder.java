package io.github.compacter4j.learner;

import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.checkpoint.AdapterHubExport;
import io.github.compacter4j.checkpoint.AdapterHubModel;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.BertCheckpoint;
import io.github.compacter4j.checkpoint.EncoderExport;
import io.github.compacter4j.checkpoint.StoredTypes;
import io.github.compacter4j.checkpoint.peft.PeftExport;
import io.github.compacter4j.checkpoint.peft.PeftModel;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.text.PairTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A pre-trained BERT, RoBERTa or what has their form, to start from. */
public final class Encoder implements Pretrained {
  /** Where nothing is said of a task: two classes. */
  private static final int USUAL_OUTPUTS = 2;

  private final String name;
  private final Path folder;
  private final PairTokenizer tokenizer;
  private final BertConfig config;
  private final String fingerprint;

  private Encoder(String name, Path folder) {
    this.name = name;
    this.folder = folder;
    try (BertCheckpoint checkpoint = BertCheckpoint.open(folder)) {
      config = checkpoint.config();
      fingerprint = checkpoint.fingerprint();
    }
    tokenizer = PairTokenizer.load(folder);
    if (tokenizer.length() > config.vocabSize()) {
      tokenizer.close();
      throw new UserException(
          "%s: the tokenizer has %d entries, the embedding only %d rows"
              .formatted(folder, tokenizer.length(), config.vocabSize()));
    }
  }

  /**
   * Finds an encoder: {@code minilm}, a folder, or a name on the hub such as {@code roberta-base},
   * which is downloaded into the hub's shared cache unless it is there.
   *
   * @throws UserException if it cannot be found, downloaded or read, or is no encoder
   */
  public static Encoder load(String model) {
    return new Encoder(model, ModelFiles.find(model));
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
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public BertConfig anatomy() {
    return config;
  }

  /** The tokenizer. */
  public PairTokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public String usualProtocol() {
    return Family.ENCODER.usualProtocol(name);
  }

  @Override
  public Protocol protocol(String protocol, MethodSpec method, Task task) {
    return Family.ENCODER.protocol(protocol, method, task);
  }

  @Override
  public String pooling(String asked) {
    return (asked == null ? BertCheckpoint.usualPooling(folder) : Pooling.named(asked)).toString();
  }

  /** Any encoder is trained as it is loaded. */
  @Override
  public void requireTrainable() {}

  @Override
  public BertNetwork newNetwork() {
    return newNetwork(BertCheckpoint.usualPooling(folder), USUAL_OUTPUTS, 0);
  }

  @Override
  public BertNetwork newNetwork(Task task, String pooling, long seed) {
    return newNetwork(Pooling.named(pooling), Classifier.outputs(task), seed);
  }

  private BertNetwork newNetwork(Pooling pooling, int outputs, long seed) {
    try (BertCheckpoint checkpoint = BertCheckpoint.open(folder)) {
      return checkpoint.load(pooling, outputs, seed);
    }
  }

  @Override
  public boolean serves(Network network, Task task, String pooling) {
    BertNetwork encoder = (BertNetwork) network;
    return encoder.head().outputs() == Classifier.outputs(task)
        && encoder.head().pooling() == Pooling.named(pooling);
  }

  @Override
  public Optional<String> leftOut(Task task, String pooling) {
    try (BertCheckpoint checkpoint = BertCheckpoint.open(folder)) {
      List<String> tensors = checkpoint.leftOut(Pooling.named(pooling), Classifier.outputs(task));
      return tensors.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "left out of %s, since the task has a head of another form: %s"
                  .formatted(folder, String.join(", ", tensors)));
    }
  }

  @Override
  public TaskReader reader(Task task, int maxSourceLength, boolean withTaskName) {
    Classifier.outputs(task); // refuses free text
    return new PairReader(task, tokenizer, maxSourceLength, config.padTokenId());
  }

  @Override
  public Learner learner(Network network, Task task, Protocol protocol) {
    if (!protocol.decode().equals("labels")) {
      throw UserException.usage(
          "model %s is an encoder, which does not write; --decode %s needs a T5"
              .formatted(name, protocol.decode()));
    }
    return new Classifier((BertNetwork) network, task, protocol.gradientCheckpointing());
  }

  @Override
  public void export(Network network, Task task, StoredTypes types, Path out) {
    EncoderExport.write((BertNetwork) network, Classifier.names(task), types, folder, out);
  }

  @Override
  public StoredTypes storedTypes() {
    try (BertCheckpoint checkpoint = BertCheckpoint.open(folder)) {
      return checkpoint.types();
    }
  }

  @Override
  public void exportAdapters(Adaptation adaptation, AdapterInfo info, Task task, Path out) {
    BertNetwork network = (BertNetwork) adaptation.network();
    AdapterHubModel model = AdapterHubModel.of(network, Classifier.names(task), folder);
    AdapterHubExport.write(adaptation, info, model, out);
  }

  @Override
  public void exportPeft(Adaptation adaptation, AdapterInfo info, Task task, Path out) {
    BertNetwork network = (BertNetwork) adaptation.network();
    PeftExport.write(adaptation, info, PeftModel.of(network, Classifier.names(task)), out);
  }

  @Override
  public boolean startsHead(String tensor) {
    try (BertCheckpoint checkpoint = BertCheckpoint.open(folder)) {
      return checkpoint.has(tensor);
    }
  }

  @Override
  public String toString() {
    return "%s (%s, d %d, %d blocks, %d rows)"
        .formatted(
            name,
            config.kind().name().toLowerCase(Locale.ROOT),
            config.hiddenSize(),
            config.numLayers(),
            config.vocabSize());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
