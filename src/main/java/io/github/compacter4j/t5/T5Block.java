package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.model.Attention;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.KeyValues;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Projections;
import io.github.compacter4j.model.Projections.FeedForward;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * One block: self-attention, in the decoder cross-attention, feed-forward; each is {@code h +
 * dropout(subLayer(norm(h)))}, with the hooks of its place.
 */
final class T5Block {
  private static final String LAYER = ".DenseReluDense";

  private final T5Config config;
  private final Projections projections;
  private final Hooks hooks;
  private final Place selfPlace;
  private final Place crossPlace;
  private final Place feedForwardPlace;
  private final Attention self;
  private final Attention cross;
  private final FeedForward feedForward; // v1.0

  T5Block(T5Config config, Projections projections, Hooks hooks, Stack stack, int block) {
    this.config = config;
    this.projections = projections;
    this.hooks = hooks;
    selfPlace = new Place(stack, block, SubLayer.SELF_ATTENTION);
    crossPlace = new Place(stack, block, SubLayer.CROSS_ATTENTION);
    feedForwardPlace = new Place(stack, block, SubLayer.FEED_FORWARD);
    self = attention(selfPlace, ".SelfAttention");
    cross = attention(crossPlace, ".EncDecAttention");
    String first = T5Tensors.prefix(feedForwardPlace) + LAYER + ".wi.weight";
    String second = T5Tensors.prefix(feedForwardPlace) + LAYER + ".wo.weight";
    feedForward =
        new FeedForward(feedForwardPlace, first, second, "relu", true, ForwardPass::reluDropout);
  }

  /** Attention as T5 has it: no biases, no scaling by the root of the heads' width. */
  private Attention attention(Place place, String layer) {
    String prefix = T5Tensors.prefix(place) + layer;
    Attention.Names names =
        new Attention.Names(
            prefix + ".q.weight", prefix + ".k.weight", prefix + ".v.weight", prefix + ".o.weight");
    return new Attention(projections, hooks, place, names, config.numHeads(), 1);
  }

  /** Keys and values of the encoder's output for this block's cross-attention. */
  KeyValues crossKeyValues(ForwardPass pass, NDArray encoded) {
    return cross.keyValues(pass, encoded);
  }

  /** Self-attention over {@code h} (batch, length, d) alone. */
  NDArray selfAttention(ForwardPass pass, NDArray h, NDArray bias) {
    NDArray x = norm(pass, selfPlace, h);
    return hooks.sum(pass, selfPlace, h, self.toItself(pass, x, bias));
  }

  /** Self-attention of one new position (batch, 1, d) over all before it, which it joins. */
  NDArray selfAttention(ForwardPass pass, NDArray h, NDArray bias, DecoderCache cache, int block) {
    NDArray x = norm(pass, selfPlace, h);
    KeyValues all = cache.append(block, self.keyValues(pass, x));
    return hooks.sum(pass, selfPlace, h, self.forward(pass, x, all, bias));
  }

  /** Cross-attention from {@code h} (batch, target, d) to the encoder's output. */
  NDArray crossAttention(ForwardPass pass, NDArray h, KeyValues encoded, NDArray mask) {
    NDArray x = norm(pass, crossPlace, h);
    return hooks.sum(pass, crossPlace, h, cross.forward(pass, x, encoded, mask));
  }

  /** Feed-forward: v1.0 {@code wo relu(wi x)}, v1.1 {@code wo (gelu(wi_0 x) * wi_1 x)}. */
  NDArray feedForward(ForwardPass pass, NDArray h) {
    NDArray x = norm(pass, feedForwardPlace, h);
    NDArray y = config.gatedGelu() ? gated(pass, x) : projections.feedForward(pass, feedForward, x);
    return hooks.sum(pass, feedForwardPlace, h, y);
  }

  private NDArray gated(ForwardPass pass, NDArray x) {
    String prefix = T5Tensors.prefix(feedForwardPlace) + LAYER;
    NDArray gate =
        TorchFunctions.geluTanh(pass.lend(projections.apply(pass, prefix + ".wi_0.weight", x)));
    NDArray inner =
        gate.mul(pass.lend(projections.apply(pass, prefix + ".wi_1.weight", x))); // (.., d_ff)
    return projections.apply(pass, prefix + ".wo.weight", pass.cut(pass.dropout(inner)));
  }

  private NDArray norm(ForwardPass pass, Place place, NDArray h) {
    return projections.rmsNorm(pass, T5Tensors.norm(place), h, config.layerNormEpsilon());
  }
}
