package io.github.compacter4j.bert;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names, shapes and roles of all tensors of an encoder, as Hugging Face writes them behind {@code
 * bert.} or {@code roberta.}; the pooler belongs to the head.
 */
public final class BertTensors {
  /** The embedding of words, (V, d). */
  public static final String WORDS = "embeddings.word_embeddings.weight";

  /** The embedding of positions, (P, d). */
  public static final String POSITIONS = "embeddings.position_embeddings.weight";

  /** The embedding of kinds of tokens, (T, d). */
  public static final String TYPES = "embeddings.token_type_embeddings.weight";

  /** The norm of the embeddings' sum. */
  static final String NORM = "embeddings.LayerNorm";

  private final BertConfig config;
  private final int d;
  private final List<TensorSpec> tensors = new ArrayList<>();

  private BertTensors(BertConfig config) {
    this.config = config;
    d = config.hiddenSize();
  }

  /** Every tensor of the encoder, block by block. */
  static List<TensorSpec> of(BertConfig config) {
    BertTensors all = new BertTensors(config);
    all.addTable(WORDS, config.vocabSize(), Role.EMBEDDING);
    all.addTable(POSITIONS, config.maxPositions(), Role.POSITION);
    all.addTable(TYPES, config.typeVocabSize(), Role.POSITION);
    all.addNorm(NORM, Optional.empty());
    for (int block = 0; block < config.numLayers(); block++) {
      all.addBlock(block);
    }
    return all.tensors;
  }

  private void addTable(String name, int rows, Role role) {
    tensors.add(TensorSpec.weight(name, new Shape(rows, d), role));
  }

  private void addBlock(int block) {
    Place attention = new Place(Stack.ENCODER, block, SubLayer.SELF_ATTENTION);
    addLayer(query(attention), d, d, Role.Q, attention);
    addLayer(key(attention), d, d, Role.K, attention);
    addLayer(value(attention), d, d, Role.V, attention);
    addLayer(dense(attention), d, d, Role.O, attention);
    addNorm(norm(attention), Optional.of(attention));
    Place feedForward = new Place(Stack.ENCODER, block, SubLayer.FEED_FORWARD);
    addLayer(intermediate(feedForward), config.intermediateSize(), d, Role.FF_IN, feedForward);
    addLayer(dense(feedForward), d, config.intermediateSize(), Role.FF_OUT, feedForward);
    addNorm(norm(feedForward), Optional.of(feedForward));
  }

  private void addLayer(String layer, int out, int in, Role role, Place place) {
    tensors.add(TensorSpec.weight(layer + ".weight", new Shape(out, in), role, place));
    tensors.add(TensorSpec.bias(layer + ".bias", new Shape(out), role, Optional.of(place)));
  }

  private void addNorm(String layer, Optional<Place> place) {
    tensors.add(new TensorSpec(layer + ".weight", new Shape(d), Role.NORM, false, place));
    tensors.add(TensorSpec.bias(layer + ".bias", new Shape(d), Role.NORM, place));
  }

  private static String block(Place place) {
    return "encoder.layer." + place.block();
  }

  /** Where a sub-layer writes, for instance {@code encoder.layer.3.attention.output}. */
  static String prefix(Place place) {
    boolean isAttention = place.subLayer() == SubLayer.SELF_ATTENTION;
    return block(place) + (isAttention ? ".attention.output" : ".output");
  }

  /** Name of the projection to queries. */
  static String query(Place attention) {
    return block(attention) + ".attention.self.query";
  }

  /** Name of the projection to keys. */
  static String key(Place attention) {
    return block(attention) + ".attention.self.key";
  }

  /** Name of the projection to values. */
  static String value(Place attention) {
    return block(attention) + ".attention.self.value";
  }

  /** Name of a feed-forward layer's first layer. */
  static String intermediate(Place feedForward) {
    return block(feedForward) + ".intermediate.dense";
  }

  /** Name of a sub-layer's last layer. */
  static String dense(Place place) {
    return prefix(place) + ".dense";
  }

  /** Name of the norm behind a sub-layer's residual sum. */
  static String norm(Place place) {
    return prefix(place) + ".LayerNorm";
  }
}
