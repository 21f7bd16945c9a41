package io.github.compacter4j.t5;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Names, shapes and roles of all tensors of a T5, as Hugging Face writes them. */
public final class T5Tensors {
  /** The embedding, shared by encoder, decoder and, when tied, the output projection. */
  public static final String SHARED = "shared.weight";

  /** The output projection of an untied model (v1.1). */
  public static final String LM_HEAD = "lm_head.weight";

  private final Shapes shapes;
  private final Shape norm; // (d)
  private final boolean gated;
  private final List<TensorSpec> tensors = new ArrayList<>();

  /**
   * The shapes that occur.
   *
   * @param words (V, d)
   * @param attention of the projections to queries, keys and values, (heads * d_kv, d)
   * @param feedForward of the first matrix, (d_ff, d)
   * @param relativeBias (buckets, heads)
   */
  record Shapes(Shape words, Shape attention, Shape feedForward, Shape relativeBias) {}

  private T5Tensors(Shapes shapes, boolean gated) {
    this.shapes = shapes;
    this.gated = gated;
    norm = new Shape(shapes.words.get(1));
  }

  /**
   * Every tensor of the model, block by block.
   *
   * @param blocks how many a stack has
   * @param gated whether feed-forward layers have two first matrices (v1.1)
   * @param tied whether the output layer is the embedding (v1.0)
   */
  static List<TensorSpec> of(
      Shapes shapes, ToIntFunction<Stack> blocks, boolean gated, boolean tied) {
    T5Tensors all = new T5Tensors(shapes, gated);
    all.add(TensorSpec.weight(SHARED, shapes.words, Role.EMBEDDING));
    for (Stack stack : Stack.values()) {
      for (int block = 0; block < blocks.applyAsInt(stack); block++) {
        all.addBlock(stack, block);
      }
      all.add(TensorSpec.weight(finalNorm(stack), all.norm, Role.NORM));
    }
    if (!tied) {
      all.add(TensorSpec.weight(LM_HEAD, shapes.words, Role.HEAD));
    }
    return all.tensors;
  }

  private void add(TensorSpec tensor) {
    tensors.add(tensor);
  }

  private void addBlock(Stack stack, int block) {
    Place self = new Place(stack, block, SubLayer.SELF_ATTENTION);
    addAttention(self, ".SelfAttention");
    if (block == 0) {
      add(TensorSpec.weight(relativeBias(stack), shapes.relativeBias, Role.RELATIVE_BIAS, self));
    }
    addNorm(self);
    if (stack == Stack.DECODER) {
      Place cross = new Place(stack, block, SubLayer.CROSS_ATTENTION);
      addAttention(cross, ".EncDecAttention");
      addNorm(cross);
    }
    Place feedForward = new Place(stack, block, SubLayer.FEED_FORWARD);
    addFeedForward(feedForward, prefix(feedForward) + ".DenseReluDense");
    addNorm(feedForward);
  }

  private void addAttention(Place place, String layer) {
    String prefix = prefix(place) + layer;
    Shape in = shapes.attention;
    add(TensorSpec.weight(prefix + ".q.weight", in, Role.Q, place));
    add(TensorSpec.weight(prefix + ".k.weight", in, Role.K, place));
    add(TensorSpec.weight(prefix + ".v.weight", in, Role.V, place));
    add(TensorSpec.weight(prefix + ".o.weight", turned(in), Role.O, place));
  }

  private void addFeedForward(Place place, String prefix) {
    Shape wide = shapes.feedForward;
    if (gated) {
      add(TensorSpec.weight(prefix + ".wi_0.weight", wide, Role.FF_GATE, place));
      add(TensorSpec.weight(prefix + ".wi_1.weight", wide, Role.FF_IN, place));
    } else {
      add(TensorSpec.weight(prefix + ".wi.weight", wide, Role.FF_IN, place));
    }
    add(TensorSpec.weight(prefix + ".wo.weight", turned(wide), Role.FF_OUT, place));
  }

  private void addNorm(Place place) {
    add(TensorSpec.weight(norm(place), norm, Role.NORM, place));
  }

  private static Shape turned(Shape matrix) {
    return new Shape(matrix.get(1), matrix.get(0));
  }

  /** Hugging Face's name of a sub-layer, for instance {@code decoder.block.3.layer.2}. */
  static String prefix(Place place) {
    int layer =
        switch (place.subLayer()) {
          case SELF_ATTENTION -> 0;
          case CROSS_ATTENTION -> 1;
          case FEED_FORWARD -> place.stack() == Stack.ENCODER ? 1 : 2;
        };
    return place.stack().prefix() + ".block." + place.block() + ".layer." + layer;
  }

  /** Name of the norm before a sub-layer. */
  static String norm(Place place) {
    return prefix(place) + ".layer_norm.weight";
  }

  /** Name of the norm behind a stack's last block. */
  static String finalNorm(Stack stack) {
    return stack.prefix() + ".final_layer_norm.weight";
  }

  /** Name of a stack's table of relative position biases, (buckets, heads). */
  static String relativeBias(Stack stack) {
    return stack.prefix() + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight";
  }
}
