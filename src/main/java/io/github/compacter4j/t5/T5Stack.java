package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.model.Attention;
import io.github.compacter4j.model.AttentionPrefix;
import io.github.compacter4j.model.AttentionPrefix.Positions;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.KeyValues;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Projections;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of the encoder or the decoder with the position bias they share and the final norm.
 */
final class T5Stack {
  /** Tables grow by so many positions. */
  private static final int TABLE_STEP = 64;

  private final T5Config config;
  private final Stack stack;
  private final Projections projections;
  private final Hooks hooks;
  private final NDManager owner;
  private final List<T5Block> blocks = new ArrayList<>();
  private NDArray buckets; // (length, length) of the longest pass so far

  T5Stack(T5Config config, Stack stack, Projections projections, Hooks hooks, NDManager owner) {
    this.config = config;
    this.stack = stack;
    this.projections = projections;
    this.hooks = hooks;
    this.owner = owner;
    for (int block = 0; block < config.layers(stack); block++) {
      blocks.add(new T5Block(config, projections, hooks, stack, block));
    }
  }

  /** Runs the encoder over embeddings (batch, source, d); mask (batch, 1, 1, source). */
  NDArray encode(ForwardPass pass, NDArray embedded, NDArray mask) {
    NDArray bias = pass.cut(bias(embedded, mask)); // (batch, heads, source, source)
    NDArray h = pass.cut(pass.dropout(embedded));
    for (int i = 0; i < blocks.size(); i++) {
      try (NDArray x = h) {
        h = encode(i, pass, x, bias);
      }
    }
    return finish(pass, h);
  }

  /** One block of the encoder over {@code h} (batch, source, d). */
  NDArray encode(int i, ForwardPass pass, NDArray h, NDArray bias) {
    T5Block block = blocks.get(i);
    return Torch.freeingSteps(() -> block.feedForward(pass, block.selfAttention(pass, h, bias)));
  }

  /** Runs the decoder over embeddings (batch, target, d); causal (1, 1, target, target). */
  NDArray decode(ForwardPass pass, NDArray embedded, NDArray causal, EncoderOutput encoded) {
    NDArray bias = pass.cut(bias(embedded, causal)); // (1, heads, target, target)
    NDArray h = pass.cut(pass.dropout(embedded));
    for (int i = 0; i < blocks.size(); i++) {
      try (NDArray x = h) {
        h = decode(i, pass, x, bias, encoded);
      }
    }
    return finish(pass, h);
  }

  /** One block of the decoder over {@code h} (batch, target, d). */
  NDArray decode(int i, ForwardPass pass, NDArray h, NDArray bias, EncoderOutput encoded) {
    T5Block block = blocks.get(i);
    return Torch.freeingSteps(
        () -> {
          NDArray x = block.selfAttention(pass, h, bias);
          KeyValues cross = block.crossKeyValues(pass, encoded.hidden()).each(encoded.answers());
          return block.feedForward(pass, block.crossAttention(pass, x, cross, encoded.mask()));
        });
  }

  /** Runs the decoder over one new position (batch, 1, d). */
  NDArray decodeNext(ForwardPass pass, NDArray embedded, NDArray noMask, DecoderCache cache) {
    AttentionPrefix prefix = countedPrefix();
    NDArray bias = positionBias(prefix, cache.length(), 1, cache.length() + 1, noMask);
    NDArray h = embedded;
    for (int i = 0; i < blocks.size(); i++) {
      T5Block block = blocks.get(i);
      h = block.selfAttention(pass, h, bias, cache, i);
      h = block.crossAttention(pass, h, cache.cross(i), cache.crossMask());
      h = block.feedForward(pass, h);
    }
    cache.advance();
    return finish(pass, h);
  }

  /** A cache with every block's keys and values of the encoder's output. */
  DecoderCache newCache(ForwardPass pass, EncoderOutput encoded) {
    List<KeyValues> cross = new ArrayList<>();
    for (T5Block block : blocks) {
      cross.add(block.crossKeyValues(pass, encoded.hidden()));
    }
    return new DecoderCache(cross, encoded.mask());
  }

  /** The final norm. */
  NDArray finish(ForwardPass pass, NDArray h) {
    String norm = T5Tensors.finalNorm(stack);
    return pass.cut(pass.dropout(projections.rmsNorm(pass, norm, h, config.layerNormEpsilon())));
  }

  /** The position bias, mask included, of a whole sequence (batch, length, d). */
  NDArray bias(NDArray embedded, NDArray mask) {
    int length = Math.toIntExact(embedded.getShape().get(1));
    AttentionPrefix prefix = countedPrefix();
    NDArray open = prefix == null ? mask : Attention.open(prefix, mask);
    return positionBias(prefix, 0, length, length, open);
  }

  /** The prefix that positions count, before each block's self-attention; null where none is. */
  private AttentionPrefix countedPrefix() {
    Place first = new Place(stack, 0, SubLayer.SELF_ATTENTION);
    return hooks.prefix(first).filter(AttentionPrefix::counts).orElse(null);
  }

  /** The bias (1, heads, query, key) plus mask; queries start at {@code offset}. */
  private NDArray positionBias(
      AttentionPrefix prefix, int offset, int queries, int keys, NDArray mask) {
    int more = prefix == null ? 0 : prefix.length();
    boolean queriesToo = prefix != null && prefix.positions() == Positions.CONTINUED;
    NDArray table = projections.tensor(T5Tensors.relativeBias(stack)); // (buckets, heads)
    NDArray buckets = buckets(queriesToo ? offset + more : offset, queries, keys + more);
    return TorchFunctions.positionBias(table, buckets, mask);
  }

  /** The bucket table (query, key): a part of one table, since only distances count. */
  private NDArray buckets(int offset, int queries, int keys) {
    int length = Math.max(offset + queries, keys);
    if (buckets == null || buckets.getShape().get(0) < length) {
      NDArray longer = bucketTable((length + TABLE_STEP - 1) / TABLE_STEP * TABLE_STEP);
      if (buckets != null) {
        buckets.close();
      }
      buckets = longer;
    }
    return buckets.get("%d:%d, :%d".formatted(offset, offset + queries, keys));
  }

  private NDArray bucketTable(int length) {
    boolean bidirectional = stack == Stack.ENCODER;
    long[] table = RelativePosition.table(0, length, length, bidirectional, config);
    return Torch.keep(owner.create(table, new Shape(length, length)), owner);
  }
}
