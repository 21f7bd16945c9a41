package io.github.compacter4j.t5;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names and shapes of all tensors of a T5, as Hugging Face writes them. */
public final class T5Tensors {
  /** The embedding, shared by encoder, decoder and, when tied, the output projection. */
  public static final String SHARED = "shared.weight";

  /** The output projection of an untied model (v1.1). */
  public static final String LM_HEAD = "lm_head.weight";

  private T5Tensors() {}

  /** Every tensor of the model in the order of its computation. */
  public static Map<String, Shape> shapes(T5Config config) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(SHARED, new Shape(config.vocabSize(), config.dModel()));
    for (Stack stack : Stack.values()) {
      for (int block = 0; block < config.layers(stack); block++) {
        block(shapes, config, stack, block);
      }
      shapes.put(finalNorm(stack), new Shape(config.dModel()));
    }
    if (!config.tieWordEmbeddings()) {
      shapes.put(LM_HEAD, new Shape(config.vocabSize(), config.dModel()));
    }
    return shapes;
  }

  private static void block(Map<String, Shape> shapes, T5Config config, Stack stack, int block) {
    String self = new Site(stack, block, Site.SubLayer.SELF_ATTENTION).tensorPrefix();
    attention(shapes, config, self + ".SelfAttention");
    if (block == 0) {
      shapes.put(
          relativeBias(stack), new Shape(config.relativeAttentionNumBuckets(), config.numHeads()));
    }
    norm(shapes, config, self);
    if (stack == Stack.DECODER) {
      String cross = new Site(stack, block, Site.SubLayer.CROSS_ATTENTION).tensorPrefix();
      attention(shapes, config, cross + ".EncDecAttention");
      norm(shapes, config, cross);
    }
    String feedForward = new Site(stack, block, Site.SubLayer.FEED_FORWARD).tensorPrefix();
    Shape in = new Shape(config.dFf(), config.dModel());
    if (config.gatedGelu()) {
      shapes.put(feedForward + ".DenseReluDense.wi_0.weight", in);
      shapes.put(feedForward + ".DenseReluDense.wi_1.weight", in);
    } else {
      shapes.put(feedForward + ".DenseReluDense.wi.weight", in);
    }
    shapes.put(feedForward + ".DenseReluDense.wo.weight", new Shape(config.dModel(), config.dFf()));
    norm(shapes, config, feedForward);
  }

  private static void attention(Map<String, Shape> shapes, T5Config config, String prefix) {
    Shape in = new Shape(config.innerDim(), config.dModel());
    shapes.put(prefix + ".q.weight", in);
    shapes.put(prefix + ".k.weight", in);
    shapes.put(prefix + ".v.weight", in);
    shapes.put(prefix + ".o.weight", new Shape(config.dModel(), config.innerDim()));
  }

  private static void norm(Map<String, Shape> shapes, T5Config config, String prefix) {
    shapes.put(prefix + ".layer_norm.weight", new Shape(config.dModel()));
  }

  /** Name of the norm behind a stack's last block. */
  public static String finalNorm(Stack stack) {
    return stack.prefix() + ".final_layer_norm.weight";
  }

  /** Name of a stack's table of relative position biases, (buckets, heads). */
  public static String relativeBias(Stack stack) {
    return stack.prefix() + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight";
  }

  /** Whether the tensor scales an RMS norm. */
  public static boolean isNorm(String name) {
    return name.endsWith("layer_norm.weight");
  }
}
