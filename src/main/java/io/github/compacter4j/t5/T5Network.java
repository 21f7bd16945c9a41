package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.BlockChain;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.model.Projections;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * T5 (Raffel et al., 2020), v1.0 and v1.1: an encoder and a decoder over one embedding.
 *
 * <p>As a DJL block it maps (source ids, source mask, decoder ids) to logits.
 */
public final class T5Network extends AbstractBlock implements Network {
  /** Label of positions that do not count in the loss. */
  public static final int IGNORED = -100;

  // The reference's values: a fully masked row of self-attention still has a finite softmax.
  private static final double SELF_MASKED = -1e4;
  private static final double CROSS_MASKED = -1e9;

  private final T5Config config;
  private final Weights weights;
  private final Hooks hooks;
  private final Projections projections;
  private final T5Stack encoder;
  private final T5Stack decoder;

  /** A network over these weights, which it owns. */
  public T5Network(T5Config config, Weights weights) {
    super((byte) 1);
    this.config = config;
    this.weights = weights;
    hooks = new Hooks(weights.manager());
    weights.parameters().values().forEach(this::addParameter);
    projections = new Projections(weights, hooks);
    NDManager owner = weights.manager();
    encoder = new T5Stack(config, Stack.ENCODER, projections, hooks, owner);
    decoder = new T5Stack(config, Stack.DECODER, projections, hooks, owner);
  }

  @Override
  public Anatomy anatomy() {
    return config;
  }

  /** The sizes. */
  public T5Config config() {
    return config;
  }

  @Override
  public Weights weights() {
    return weights;
  }

  @Override
  public Hooks hooks() {
    return hooks;
  }

  @Override
  public DataType dataType() {
    return weights.get(T5Tensors.finalNorm(Stack.ENCODER)).getDataType();
  }

  @Override
  public NDArray tensor(String name) {
    return projections.tensor(name);
  }

  /**
   * Runs the encoder, which begins a pass: what the decoder computes until the next one belongs to
   * it.
   *
   * @param ids int64 (batch, source)
   * @param mask of the activations' type, 1 for tokens and 0 for padding, (batch, source)
   */
  public EncoderOutput encode(ForwardPass pass, NDArray ids, NDArray mask) {
    hooks.beginPass();
    Input input = input(pass, ids, mask);
    NDArray hidden =
        encoder.encode(pass, input.embedded(), TorchFunctions.scale(input.padding(), SELF_MASKED));
    return new EncoderOutput(hidden, TorchFunctions.scale(input.padding(), CROSS_MASKED));
  }

  /**
   * What the encoder reads, prefix included.
   *
   * @param embedded (batch, source, d)
   * @param padding 1 for padding, (batch, 1, 1, source)
   */
  private record Input(NDArray embedded, NDArray padding) {}

  private Input input(ForwardPass pass, NDArray ids, NDArray mask) {
    NDArray embedded = hooks.behindEmbeddings(pass, embed(ids));
    NDArray seen = mask;
    NDArray prefix = hooks.inputPrefix(); // (prefix, d)
    if (prefix != null) {
      long batch = ids.getShape().get(0);
      embedded = prefix.expandDims(0).repeat(0, batch).concat(embedded, 1);
      Shape before = new Shape(batch, prefix.getShape().get(0));
      seen = mask.getManager().ones(before, mask.getDataType()).concat(mask, 1);
    }
    return new Input(embedded, seen.sub(1).neg().expandDims(1).expandDims(1));
  }

  /** Runs the decoder over ids, int64 (batch, target) -> logits (batch, target, vocabulary). */
  public NDArray decode(ForwardPass pass, NDArray decoderIds, EncoderOutput encoded) {
    int length = Math.toIntExact(decoderIds.getShape().get(1));
    NDArray causal = causalMask(decoderIds.getManager(), length);
    return logits(pass, decoder.decode(pass, embed(decoderIds), causal, encoded));
  }

  /**
   * Mean cross-entropy over all labels of the batch that are not {@value #IGNORED}.
   *
   * @param ids int64 (batch, source)
   * @param mask (batch, source)
   * @param labels int64 (batch, target)
   */
  public NDArray loss(ForwardPass pass, NDArray ids, NDArray mask, NDArray labels) {
    EncoderOutput encoded = encode(pass, ids, mask);
    return TorchFunctions.crossEntropy(decode(pass, shiftRight(labels), encoded), labels);
  }

  /**
   * {@link #loss} and its backward pass in one, with little memory: only what enters each block is
   * kept, and the block is computed again when its gradient is due (Chen et al., 2016).
   *
   * @param scale factor of the loss before the backward pass
   * @return the loss, not scaled
   */
  public double checkpointedBackward(
      ForwardPass pass, NDArray ids, NDArray mask, NDArray labels, double scale) {
    hooks.beginPass();
    Input input = input(pass, ids, mask);
    try (BlockChain encoding = new BlockChain(hooks);
        BlockChain decoding = new BlockChain(hooks)) {
      NDArray hidden = encode(encoding, pass, input);
      EncoderOutput encoded =
          new EncoderOutput(
              decoding.share(hidden), TorchFunctions.scale(input.padding(), CROSS_MASKED));
      NDArray last = decode(decoding, pass, shiftRight(labels), encoded);
      hooks.beginPass();
      NDArray loss = TorchFunctions.crossEntropy(logits(pass, decoder.finish(pass, last)), labels);
      Torch.backward(TorchFunctions.scale(loss, scale));
      decoding.backward(pass, last.getGradient());
      encoding.backward(pass, hidden.getGradient());
      return loss.toArray()[0].doubleValue();
    }
  }

  private NDArray encode(BlockChain chain, ForwardPass pass, Input input) {
    NDArray bias =
        chain.share(
            encoder.bias(input.embedded(), TorchFunctions.scale(input.padding(), SELF_MASKED)));
    for (int block = 0; block < config.numLayers(); block++) {
      int i = block;
      chain.add((p, h) -> encoder.encode(i, p, h, bias));
    }
    chain.add(encoder::finish);
    return chain.forward(pass, pass.dropout(input.embedded()));
  }

  private NDArray decode(
      BlockChain chain, ForwardPass pass, NDArray decoderIds, EncoderOutput encoded) {
    hooks.beginPass(); // the embedding of the encoder's side has a graph of its own
    NDArray embedded = embed(decoderIds);
    NDArray causal = causalMask(decoderIds.getManager(), (int) decoderIds.getShape().get(1));
    NDArray bias = chain.share(decoder.bias(embedded, causal));
    for (int block = 0; block < config.numDecoderLayers(); block++) {
      int i = block;
      chain.add((p, h) -> decoder.decode(i, p, h, bias, encoded));
    }
    return chain.forward(pass, pass.dropout(embedded));
  }

  /** What the decoder reads to predict {@code labels}: one to the right, behind the start id. */
  public NDArray shiftRight(NDArray labels) {
    long batch = labels.getShape().get(0);
    long length = labels.getShape().get(1);
    NDManager manager = labels.getManager();
    NDArray start = manager.full(new Shape(batch, 1), config.decoderStartTokenId(), DataType.INT64);
    if (length == 1) {
      return start;
    }
    NDArray before = labels.get(":, :" + (length - 1));
    NDArray pad = before.zerosLike().add(config.padTokenId());
    return start.concat(NDArrays.where(before.eq(IGNORED), pad, before), 1);
  }

  DecoderCache newCache(EncoderOutput encoded) {
    return decoder.newCache(ForwardPass.evaluation(), encoded);
  }

  /** Logits (batch, vocabulary) behind the newest ids, int64 (batch, 1). */
  NDArray decodeNext(ForwardPass pass, NDArray newest, DecoderCache cache) {
    NDArray noMask = newest.getManager().zeros(new Shape(1, 1, 1, 1), dataType());
    return logits(pass, decoder.decodeNext(pass, embed(newest), noMask, cache)).squeeze(1);
  }

  private NDArray embed(NDArray ids) {
    return TorchFunctions.embedding(projections.tensor(T5Tensors.SHARED), ids);
  }

  private NDArray logits(ForwardPass pass, NDArray hidden) {
    if (config.tieWordEmbeddings()) {
      NDArray scaled = TorchFunctions.scale(pass.lend(hidden), 1 / Math.sqrt(config.dModel()));
      return pass.lend(
          projections.tiedHead(pass, config.outputLayer().orElseThrow(), pass.cut(scaled)));
    }
    return pass.lend(projections.apply(pass, T5Tensors.LM_HEAD, hidden));
  }

  /** (1, 1, target, target): nothing before a position, {@code SELF_MASKED} behind it. */
  private NDArray causalMask(NDManager manager, int length) {
    double[] mask = new double[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = query + 1; key < length; key++) {
        mask[query * length + key] = SELF_MASKED;
      }
    }
    return manager.create(mask, new Shape(1, 1, length, length)).toType(dataType(), false);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> parameters) {
    ForwardPass pass = training ? ForwardPass.training(0, 0) : ForwardPass.evaluation();
    return new NDList(decode(pass, inputs.get(2), encode(pass, inputs.get(0), inputs.get(1))));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape decoderIds = inputShapes[2];
    return new Shape[] {new Shape(decoderIds.get(0), decoderIds.get(1), config.vocabSize())};
  }

  @Override
  public void close() {
    weights.close();
  }
}
