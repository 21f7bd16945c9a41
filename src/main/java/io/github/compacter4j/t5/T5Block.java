package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * One block: self-attention, in the decoder cross-attention, feed-forward; each is {@code h +
 * dropout(site(subLayer(norm(h))))}, and behind that sum is one more site.
 */
final class T5Block {
  private final T5Config config;
  private final Projections projections;
  private final Sites sites;
  private final Site selfSite;
  private final Site crossSite;
  private final Site feedForwardSite;
  private final Attention self;
  private final Attention cross;

  T5Block(T5Config config, Projections projections, Sites sites, Stack stack, int block) {
    this.config = config;
    this.projections = projections;
    this.sites = sites;
    selfSite = new Site(stack, block, Site.SubLayer.SELF_ATTENTION);
    crossSite = new Site(stack, block, Site.SubLayer.CROSS_ATTENTION);
    feedForwardSite = new Site(stack, block, Site.SubLayer.FEED_FORWARD);
    int heads = config.numHeads();
    self = new Attention(projections, selfSite.tensorPrefix() + ".SelfAttention", heads);
    cross = new Attention(projections, crossSite.tensorPrefix() + ".EncDecAttention", heads);
  }

  /** Keys and values of the encoder's output for this block's cross-attention. */
  KeyValues crossKeyValues(NDArray encoded) {
    return cross.keyValues(encoded);
  }

  /** Self-attention over {@code h} (batch, length, d) alone. */
  NDArray selfAttention(ForwardPass pass, NDArray h, NDArray bias) {
    NDArray x = norm(selfSite, h);
    return add(pass, selfSite, h, self.forward(pass, x, self.keyValues(x), bias));
  }

  /** Self-attention of one new position (batch, 1, d) over all before it, which it joins. */
  NDArray selfAttention(ForwardPass pass, NDArray h, NDArray bias, DecoderCache cache, int block) {
    NDArray x = norm(selfSite, h);
    KeyValues all = cache.append(block, self.keyValues(x));
    return add(pass, selfSite, h, self.forward(pass, x, all, bias));
  }

  /** Cross-attention from {@code h} (batch, target, d) to the encoder's output. */
  NDArray crossAttention(ForwardPass pass, NDArray h, KeyValues encoded, NDArray mask) {
    NDArray x = norm(crossSite, h);
    return add(pass, crossSite, h, cross.forward(pass, x, encoded, mask));
  }

  /** Feed-forward: v1.0 {@code wo relu(wi x)}, v1.1 {@code wo (gelu(wi_0 x) * wi_1 x)}. */
  NDArray feedForward(ForwardPass pass, NDArray h) {
    NDArray x = norm(feedForwardSite, h);
    String prefix = feedForwardSite.tensorPrefix() + ".DenseReluDense";
    NDArray inner; // (batch, length, d_ff)
    if (config.gatedGelu()) {
      NDArray gate = TorchFunctions.geluTanh(projections.apply(prefix + ".wi_0.weight", x));
      inner = pass.dropout(gate.mul(projections.apply(prefix + ".wi_1.weight", x)));
    } else {
      inner = pass.reluDropout(projections.apply(prefix + ".wi.weight", x));
    }
    NDArray y = projections.apply(prefix + ".wo.weight", inner);
    return add(pass, feedForwardSite, h, y);
  }

  private NDArray norm(Site site, NDArray h) {
    return projections.norm(site.tensorPrefix() + ".layer_norm.weight", h);
  }

  private NDArray add(ForwardPass pass, Site site, NDArray h, NDArray y) {
    boolean training = pass.isTraining();
    return sites.behindSum(site, h.add(pass.dropout(sites.behind(site, y, training))), training);
  }
}
