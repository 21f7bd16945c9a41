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

  private final Shapes shapes;
  private final Shape square; // (d, d)
  private final List<TensorSpec> tensors = new ArrayList<>();

  /**
   * The shapes that occur.
   *
   * @param words (V, d)
   * @param positions (P, d)
   * @param types (T, d)
   * @param feedForward of the first matrix, (f, d)
   */
  record Shapes(Shape words, Shape positions, Shape types, Shape feedForward) {}

  private BertTensors(Shapes shapes) {
    this.shapes = shapes;
    long d = shapes.words.get(1);
    square = new Shape(d, d);
  }

  /** Every tensor of the encoder, block by block. */
  static List<TensorSpec> of(Shapes shapes, int blocks) {
    BertTensors all = new BertTensors(shapes);
    all.tensors.add(TensorSpec.weight(WORDS, shapes.words, Role.EMBEDDING));
    all.tensors.add(TensorSpec.weight(POSITIONS, shapes.positions, Role.POSITION));
    all.tensors.add(TensorSpec.weight(TYPES, shapes.types, Role.POSITION));
    all.addNorm(NORM, Optional.empty());
    for (int block = 0; block < blocks; block++) {
      all.addBlock(block);
    }
    return all.tensors;
  }

  private void addBlock(int block) {
    Place attention = new Place(Stack.ENCODER, block, SubLayer.SELF_ATTENTION);
    addLayer(query(attention), square, Role.Q, attention);
    addLayer(key(attention), square, Role.K, attention);
    addLayer(value(attention), square, Role.V, attention);
    addLayer(dense(attention), square, Role.O, attention);
    addNorm(norm(attention), Optional.of(attention));
    Place feedForward = new Place(Stack.ENCODER, block, SubLayer.FEED_FORWARD);
    Shape wide = shapes.feedForward;
    addLayer(intermediate(feedForward), wide, Role.FF_IN, feedForward);
    Shape narrow = new Shape(wide.get(1), wide.get(0));
    addLayer(dense(feedForward), narrow, Role.FF_OUT, feedForward);
    addNorm(norm(feedForward), Optional.of(feedForward));
  }

  private void addLayer(String layer, Shape shape, Role role, Place place) {
    tensors.add(TensorSpec.weight(layer + ".weight", shape, role, place));
    Shape out = new Shape(shape.get(0));
    tensors.add(TensorSpec.bias(layer + ".bias", out, role, Optional.of(place)));
  }

  private void addNorm(String layer, Optional<Place> place) {
    Shape vector = new Shape(square.get(0));
    tensors.add(new TensorSpec(layer + ".weight", vector, Role.NORM, false, place));
    tensors.add(TensorSpec.bias(layer + ".bias", vector, Role.NORM, place));
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
