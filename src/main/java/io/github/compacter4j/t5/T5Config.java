package io.github.compacter4j.t5;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.TensorSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sizes of a T5, v1.0 or v1.1, as in a Hugging Face {@code config.json}.
 *
 * @param vocabSize rows of the embedding, V
 * @param dModel width of the residual stream, d
 * @param dKv width of one attention head
 * @param dFf inner width of the feed-forward layer
 * @param numLayers encoder blocks
 * @param numDecoderLayers decoder blocks
 * @param numHeads attention heads; their joint width may differ from {@code dModel}
 * @param relativeAttentionNumBuckets buckets of the relative position bias
 * @param relativeAttentionMaxDistance distance from which on all positions share the last bucket
 * @param dropoutRate dropout probability of training
 * @param layerNormEpsilon added to the mean square in every norm
 * @param gatedGelu v1.1's gated feed-forward layer instead of v1.0's ReLU
 * @param tieWordEmbeddings whether the output projection is the embedding (v1.0)
 * @param padTokenId id of the padding
 * @param eosTokenId id that ends a text
 * @param decoderStartTokenId id with which the decoder starts
 */
public record T5Config(
    int vocabSize,
    int dModel,
    int dKv,
    int dFf,
    int numLayers,
    int numDecoderLayers,
    int numHeads,
    int relativeAttentionNumBuckets,
    int relativeAttentionMaxDistance,
    double dropoutRate,
    double layerNormEpsilon,
    boolean gatedGelu,
    boolean tieWordEmbeddings,
    int padTokenId,
    int eosTokenId,
    int decoderStartTokenId)
    implements Anatomy {

  /** Rows that the reference keeps of the published checkpoints: the tokenizer's length. */
  public static final int PUBLISHED_VOCABULARY = 32_100;

  private static final Map<String, T5Config> NAMED = new LinkedHashMap<>();

  static {
    NAMED.put("t5-small", published(512, 64, 2048, 6, 8, false));
    NAMED.put("t5-base", published(768, 64, 3072, 12, 12, false));
    NAMED.put("t5-large", published(1024, 64, 4096, 24, 16, false));
    NAMED.put("t5-3b", published(1024, 128, 16384, 24, 32, false));
    NAMED.put("t5-11b", published(1024, 128, 65536, 24, 128, false));
    NAMED.put("t5-v1_1-small", published(512, 64, 1024, 8, 6, true));
    NAMED.put("t5-v1_1-base", published(768, 64, 2048, 12, 12, true));
    NAMED.put("t5-v1_1-large", published(1024, 64, 2816, 24, 16, true));
  }

  private static T5Config published(
      int dModel, int dKv, int dFf, int layers, int heads, boolean v11) {
    return new T5Config(
        PUBLISHED_VOCABULARY,
        dModel,
        dKv,
        dFf,
        layers,
        layers,
        heads,
        32,
        128,
        0.1,
        1e-6,
        v11,
        !v11,
        0,
        1,
        0);
  }

  /** Sizes of T5-small v1.0. */
  public static T5Config small() {
    return named("t5-small");
  }

  /** Sizes of T5-base v1.0. */
  public static T5Config base() {
    return named("t5-base");
  }

  /** Sizes of T5-large v1.0. */
  public static T5Config large() {
    return named("t5-large");
  }

  /** All published sizes by name. */
  public static Map<String, T5Config> named() {
    return Map.copyOf(NAMED);
  }

  /** A published size by its name, for instance {@code t5-base}. */
  public static T5Config named(String name) {
    T5Config config = NAMED.get(name);
    if (config == null) {
      throw Names.unknown("T5 size", name, NAMED.keySet());
    }
    return config;
  }

  /** Reads a {@code config.json}; absent fields take Hugging Face's defaults. */
  public static T5Config read(Path file) {
    return of(Json.config(file), file.toString());
  }

  /** From parsed JSON; {@code where} names its origin in errors. */
  public static T5Config of(JsonNode json, String where) {
    String type = json.path("model_type").asText("t5");
    if (!type.equals("t5")) {
      throw new UserException(where + ": model_type is '" + type + "', expected 't5'");
    }
    int layers = Json.positive(json, "num_layers", where);
    String projection = json.path("feed_forward_proj").asText("relu");
    if (!projection.equals("relu") && !projection.equals("gated-gelu")) {
      throw new UserException(
          where + ": feed_forward_proj is '" + projection + "', expected 'relu' or 'gated-gelu'");
    }
    return new T5Config(
        Json.positive(json, "vocab_size", where),
        Json.positive(json, "d_model", where),
        Json.positive(json, "d_kv", where),
        Json.positive(json, "d_ff", where),
        layers,
        json.path("num_decoder_layers").asInt(layers),
        Json.positive(json, "num_heads", where),
        json.path("relative_attention_num_buckets").asInt(32),
        json.path("relative_attention_max_distance").asInt(128),
        json.path("dropout_rate").asDouble(0.1),
        json.path("layer_norm_epsilon").asDouble(1e-6),
        projection.equals("gated-gelu"),
        json.path("tie_word_embeddings").asBoolean(true),
        json.path("pad_token_id").asInt(0),
        json.path("eos_token_id").asInt(1),
        json.path("decoder_start_token_id").asInt(0));
  }

  @Override
  public int width() {
    return dModel;
  }

  @Override
  public int heads() {
    return numHeads;
  }

  @Override
  public int attentionWidth() {
    return innerDim();
  }

  @Override
  public int vocabulary() {
    return vocabSize;
  }

  @Override
  public List<Stack> stacks() {
    return List.of(Stack.values());
  }

  @Override
  public int blocks(Stack stack) {
    return layers(stack);
  }

  @Override
  public List<TensorSpec> tensors() {
    return T5Tensors.of(
        new T5Tensors.Shapes(
            new Shape(vocabSize, dModel),
            new Shape(innerDim(), dModel),
            new Shape(dFf, dModel),
            new Shape(relativeAttentionNumBuckets, numHeads)),
        this::layers,
        gatedGelu,
        tieWordEmbeddings);
  }

  @Override
  public String prefix(Place place) {
    return T5Tensors.prefix(place);
  }

  @Override
  public String adapterPrefix(Place place, String adapterName) {
    return prefix(place) + ".adapter_controller.adapters." + adapterName + ".";
  }

  @Override
  public boolean normsFirst() {
    return true;
  }

  @Override
  public boolean isPublished() {
    return NAMED.values().stream().anyMatch(config -> config.dModel == dModel);
  }

  @Override
  public Optional<OutputLayer> outputLayer() {
    String tensor = tieWordEmbeddings ? T5Tensors.SHARED : T5Tensors.LM_HEAD;
    return Optional.of(new OutputLayer(tensor, T5Tensors.LM_HEAD));
  }

  /** Joint width of all heads. */
  public int innerDim() {
    return numHeads * dKv;
  }

  /** The number of blocks of a stack. */
  public int layers(Stack stack) {
    return stack == Stack.ENCODER ? numLayers : numDecoderLayers;
  }

  /** A copy of these sizes with another number of embedding rows. */
  public T5Config withVocabSize(int rows) {
    return new T5Config(
        rows,
        dModel,
        dKv,
        dFf,
        numLayers,
        numDecoderLayers,
        numHeads,
        relativeAttentionNumBuckets,
        relativeAttentionMaxDistance,
        dropoutRate,
        layerNormEpsilon,
        gatedGelu,
        tieWordEmbeddings,
        padTokenId,
        eosTokenId,
        decoderStartTokenId);
  }
}
