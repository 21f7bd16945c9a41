package io.github.compacter4j.t5;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** Names, shapes and roles of all tensors of a T5, as Hugging Face writes them. */
public final class T5Tensors {
  /** The embedding, shared by encoder, decoder and, when tied, the output projection. */
  public static final String SHARED = "shared.weight";

  /** The output projection of an untied model (v1.1). */
  public static final String LM_HEAD = "lm_head.weight";

  private final T5Config config;
  private final Shape in; // of an attention's first three matrices
  private final Shape wide; // of a feed-forward layer's first matrix
  private final List<TensorSpec> tensors = new ArrayList<>();

  private T5Tensors(T5Config config) {
    this.config = config;
    in = new Shape(config.innerDim(), config.dModel());
    wide = new Shape(config.dFf(), config.dModel());
  }

  /** Every tensor of the model, block by block. */
  static List<TensorSpec> of(T5Config config) {
    T5Tensors all = new T5Tensors(config);
    Shape words = new Shape(config.vocabSize(), config.dModel());
    all.add(TensorSpec.weight(SHARED, words, Role.EMBEDDING));
    for (Stack stack : Stack.values()) {
      for (int block = 0; block < config.layers(stack); block++) {
        all.addBlock(stack, block);
      }
      all.add(TensorSpec.weight(finalNorm(stack), new Shape(config.dModel()), Role.NORM));
    }
    if (!config.tieWordEmbeddings()) {
      all.add(TensorSpec.weight(LM_HEAD, words, Role.HEAD));
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
      Shape table = new Shape(config.relativeAttentionNumBuckets(), config.numHeads());
      add(TensorSpec.weight(relativeBias(stack), table, Role.RELATIVE_BIAS, self));
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
    add(TensorSpec.weight(prefix + ".q.weight", in, Role.Q, place));
    add(TensorSpec.weight(prefix + ".k.weight", in, Role.K, place));
    add(TensorSpec.weight(prefix + ".v.weight", in, Role.V, place));
    Shape out = new Shape(config.dModel(), config.innerDim());
    add(TensorSpec.weight(prefix + ".o.weight", out, Role.O, place));
  }

  private void addFeedForward(Place place, String prefix) {
    if (config.gatedGelu()) {
      add(TensorSpec.weight(prefix + ".wi_0.weight", wide, Role.FF_GATE, place));
      add(TensorSpec.weight(prefix + ".wi_1.weight", wide, Role.FF_IN, place));
    } else {
      add(TensorSpec.weight(prefix + ".wi.weight", wide, Role.FF_IN, place));
    }
    Shape narrow = new Shape(config.dModel(), config.dFf());
    add(TensorSpec.weight(prefix + ".wo.weight", narrow, Role.FF_OUT, place));
  }

  private void addNorm(Place place) {
    add(TensorSpec.weight(norm(place), new Shape(config.dModel()), Role.NORM, place));
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
