package io.github.compacter4j.checkpoint;

import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.t5.T5Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The model around exported adapters, as the {@code adapters} library sees it.
 *
 * @param root before the name of every adapter's tensor
 * @param modelClass the class of transformers that the script makes
 * @param modelType as in the base model's {@code config.json}
 * @param naming the name in that class of one of the network's own tensors
 * @param script the file of the program from which {@code load.py} is made
 * @param values what stands in the script, by name
 * @param possessive the family, as the owner of tensors in messages
 * @param otherFormat the export format of methods without adapters
 */
public record AdapterHubModel(
    String root,
    String modelClass,
    String modelType,
    UnaryOperator<String> naming,
    String script,
    Map<String, String> values,
    String possessive,
    String otherFormat) {

  /** T5, of whose embedding only the rows of training are kept. */
  public static AdapterHubModel of(T5Config config) {
    return new AdapterHubModel(
        "transformer.", // the library then finds the shared A in each of its model classes
        "T5ForConditionalGeneration",
        "t5",
        UnaryOperator.identity(),
        "load.py",
        Map.of("ROWS", Integer.toString(config.vocabSize())),
        "T5's",
        "t5");
  }

  /**
   * An encoder with its head.
   *
   * @param labels names of the head's outputs
   * @param base folder of the base model
   */
  public static AdapterHubModel of(BertNetwork network, List<String> labels, Path base) {
    EncoderNames names = new EncoderNames(network);
    boolean isMean = network.head().pooling() == Pooling.MEAN;
    return new AdapterHubModel(
        names.prefix(),
        names.modelClass(),
        Json.config(base.resolve("config.json")).path("model_type").asText(),
        names::name,
        isMean ? "load_adapter_mean.py" : "load_adapter_cls.py",
        EncoderExport.values(labels),
        "an encoder's",
        "hf");
  }

  /** The name in {@link #modelClass} of one of the network's own tensors. */
  String name(String ours) {
    return naming.apply(ours);
  }
}
