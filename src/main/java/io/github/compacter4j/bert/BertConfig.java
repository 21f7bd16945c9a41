package io.github.compacter4j.bert;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Dropout;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.TensorSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The sizes of a BERT or RoBERTa, as in a Hugging Face {@code config.json}.
 *
 * @param kind which of the two, by {@code model_type}
 * @param vocabSize rows of the embedding, V
 * @param hiddenSize width of the residual stream, d
 * @param numLayers blocks, L
 * @param numHeads attention heads, each of width d / heads
 * @param intermediateSize inner width of the feed-forward layer, f
 * @param maxPositions rows of the table of positions, P
 * @param typeVocabSize kinds of tokens, T
 * @param layerNormEpsilon added to the variance in every norm
 * @param activation between the two matrices of the feed-forward layer
 * @param padTokenId id of the padding
 * @param initializerRange standard deviation from which a new head starts
 * @param dropout probabilities of training
 */
public record BertConfig(
    Kind kind,
    int vocabSize,
    int hiddenSize,
    int numLayers,
    int numHeads,
    int intermediateSize,
    int maxPositions,
    int typeVocabSize,
    double layerNormEpsilon,
    HiddenActivation activation,
    int padTokenId,
    double initializerRange,
    Dropout dropout)
    implements Anatomy {

  /** The two kinds, which differ in positions and heads. */
  public enum Kind {
    /** Positions from 0; the head's dense layer is the pooler. */
    BERT,
    /** Positions from {@code pad_token_id + 1}, padding apart; XLM-R is the same network. */
    ROBERTA
  }

  /** Model types, and the kind of each. */
  private static final Map<String, Kind> TYPES =
      Map.of("bert", Kind.BERT, "roberta", Kind.ROBERTA, "xlm-roberta", Kind.ROBERTA);

  private static final Map<String, BertConfig> NAMED = new LinkedHashMap<>();

  static {
    NAMED.put("minilm", bert(384, 6, 1536, 12));
    NAMED.put("bert-base-uncased", bert(768, 12, 3072, 12));
    NAMED.put("bert-large-uncased", bert(1024, 24, 4096, 16));
    NAMED.put("roberta-base", roberta(768, 12, 3072, 12));
    NAMED.put("roberta-large", roberta(1024, 24, 4096, 16));
  }

  private static BertConfig bert(int d, int layers, int f, int heads) {
    return new BertConfig(
        Kind.BERT,
        30_522,
        d,
        layers,
        heads,
        f,
        512,
        2,
        1e-12,
        HiddenActivation.GELU,
        0,
        0.02,
        Dropout.of(0.1));
  }

  private static BertConfig roberta(int d, int layers, int f, int heads) {
    return new BertConfig(
        Kind.ROBERTA,
        50_265,
        d,
        layers,
        heads,
        f,
        514,
        1,
        1e-5,
        HiddenActivation.GELU,
        1,
        0.02,
        Dropout.of(0.1));
  }

  /** All published sizes by name. */
  public static Map<String, BertConfig> named() {
    return Map.copyOf(NAMED);
  }

  /** A published size by its name, for instance {@code bert-base-uncased}. */
  public static BertConfig named(String name) {
    BertConfig config = NAMED.get(name);
    if (config == null) {
      throw Names.unknown("encoder size", name, NAMED.keySet());
    }
    return config;
  }

  /** Whether a {@code model_type} is of this family. */
  public static boolean isOfType(String modelType) {
    return TYPES.containsKey(modelType);
  }

  /** Reads a {@code config.json}; absent fields take Hugging Face's defaults. */
  public static BertConfig read(Path file) {
    return of(Json.config(file), file.toString());
  }

  /**
   * From parsed JSON; {@code where} names its origin in errors.
   *
   * @throws UserException naming the field that no network of this family can have
   */
  public static BertConfig of(JsonNode json, String where) {
    String type = json.path("model_type").asText("none");
    Kind kind = TYPES.get(type);
    if (kind == null) {
      throw new UserException(
          where + ": model_type is '" + type + "', expected 'bert', 'roberta' or 'xlm-roberta'");
    }
    refuse(json, where);
    return new BertConfig(
        kind,
        Json.positive(json, "vocab_size", where),
        Json.positive(json, "hidden_size", where),
        Json.positive(json, "num_hidden_layers", where),
        heads(json, where),
        Json.positive(json, "intermediate_size", where),
        Json.positive(json, "max_position_embeddings", where),
        json.has("type_vocab_size") ? Json.positive(json, "type_vocab_size", where) : 2,
        json.path("layer_norm_eps").asDouble(1e-12),
        HiddenActivation.named(json.path("hidden_act").asText("gelu"), where),
        json.path("pad_token_id").asInt(kind == Kind.BERT ? 0 : 1),
        json.path("initializer_range").asDouble(0.02),
        dropout(json));
  }

  private static void refuse(JsonNode json, String where) {
    if (json.path("is_decoder").asBoolean()) {
      throw new UserException(where + ": is_decoder is true, expected an encoder");
    }
    String positions = json.path("position_embedding_type").asText("absolute");
    if (!positions.equals("absolute")) {
      throw new UserException(
          where + ": position_embedding_type is '" + positions + "', expected 'absolute'");
    }
  }

  private static int heads(JsonNode json, String where) {
    int d = Json.positive(json, "hidden_size", where);
    int heads = Json.positive(json, "num_attention_heads", where);
    if (d % heads != 0) {
      throw new UserException(
          where + ": hidden_size " + d + " is not divisible by num_attention_heads " + heads);
    }
    return heads;
  }

  private static Dropout dropout(JsonNode json) {
    double hidden = json.path("hidden_dropout_prob").asDouble(0.1);
    return new Dropout(
        hidden,
        json.path("attention_probs_dropout_prob").asDouble(0.1),
        json.path("classifier_dropout").asDouble(hidden));
  }

  /** The position of the first token. */
  int firstPosition() {
    return kind == Kind.BERT ? 0 : padTokenId + 1;
  }

  /** The longest input, special tokens and a prompt's vectors included. */
  public int maxLength() {
    return maxPositions - firstPosition();
  }

  @Override
  public OptionalInt maxTokens() {
    return OptionalInt.of(maxLength());
  }

  /** BERT's "the" (the rows before are marks or unused); RoBERTa's first behind the marks. */
  @Override
  public int firstPromptRow() {
    return kind == Kind.BERT ? 1996 : 4;
  }

  @Override
  public int width() {
    return hiddenSize;
  }

  @Override
  public int heads() {
    return numHeads;
  }

  @Override
  public int attentionWidth() {
    return hiddenSize;
  }

  @Override
  public int vocabulary() {
    return vocabSize;
  }

  @Override
  public List<Stack> stacks() {
    return List.of(Stack.ENCODER);
  }

  @Override
  public int blocks(Stack stack) {
    return stack == Stack.ENCODER ? numLayers : 0;
  }

  @Override
  public List<TensorSpec> tensors() {
    return BertTensors.of(
        new BertTensors.Shapes(
            new Shape(vocabSize, hiddenSize),
            new Shape(maxPositions, hiddenSize),
            new Shape(typeVocabSize, hiddenSize),
            new Shape(intermediateSize, hiddenSize)),
        numLayers);
  }

  @Override
  public String prefix(Place place) {
    return BertTensors.prefix(place);
  }

  @Override
  public String adapterPrefix(Place place, String adapterName) {
    return prefix(place) + ".adapter.";
  }

  @Override
  public boolean normsFirst() {
    return false;
  }

  @Override
  public boolean isPublished() {
    return false;
  }

  @Override
  public Optional<OutputLayer> outputLayer() {
    return Optional.empty();
  }
}
