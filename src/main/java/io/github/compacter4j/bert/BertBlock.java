package io.github.compacter4j.bert;

import ai.djl.ndarray.NDArray;
import io.github.compacter4j.model.Attention;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Projections;
import io.github.compacter4j.model.Projections.FeedForward;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;

/**
 * One block: self-attention and feed-forward; each is {@code norm(h + dropout(subLayer(h)))}, with
 * the hooks of its place.
 */
final class BertBlock {
  private final BertConfig config;
  private final Projections projections;
  private final Hooks hooks;
  private final Place attentionPlace;
  private final Place feedForwardPlace;
  private final Attention attention;
  private final FeedForward feedForward;

  BertBlock(BertConfig config, Projections projections, Hooks hooks, int block) {
    this.config = config;
    this.projections = projections;
    this.hooks = hooks;
    attentionPlace = new Place(Stack.ENCODER, block, SubLayer.SELF_ATTENTION);
    feedForwardPlace = new Place(Stack.ENCODER, block, SubLayer.FEED_FORWARD);
    Attention.Names names =
        new Attention.Names(
            BertTensors.query(attentionPlace) + ".weight",
            BertTensors.key(attentionPlace) + ".weight",
            BertTensors.value(attentionPlace) + ".weight",
            BertTensors.dense(attentionPlace) + ".weight");
    double scale = 1 / Math.sqrt((double) config.hiddenSize() / config.numHeads());
    attention = new Attention(projections, hooks, attentionPlace, names, config.numHeads(), scale);
    String first = BertTensors.intermediate(feedForwardPlace) + ".weight";
    String second = BertTensors.dense(feedForwardPlace) + ".weight";
    String activation = config.activation().toString();
    feedForward =
        new FeedForward(
            feedForwardPlace,
            first,
            second,
            activation,
            false,
            (pass, inner) -> config.activation().apply(inner));
  }

  /** The block over {@code h} (batch, length, d), with a mask (batch, 1, 1, length) of scores. */
  NDArray forward(ForwardPass pass, NDArray h, NDArray mask) {
    NDArray x = add(pass, attentionPlace, h, attention.toItself(pass, h, mask));
    NDArray y = projections.feedForward(pass, feedForward, x);
    return add(pass, feedForwardPlace, x, y);
  }

  private NDArray add(ForwardPass pass, Place place, NDArray h, NDArray y) {
    return projections.layerNorm(
        pass,
        BertTensors.norm(place) + ".weight",
        hooks.sum(pass, place, h, y),
        config.layerNormEpsilon());
  }
}
