package io.github.compacter4j.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig.Kind;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.BlockChain;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.model.Projections;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * BERT (Devlin et al., 2019) and RoBERTa (Liu et al., 2019): an encoder, and a head for one task.
 *
 * <p>As a DJL block it maps (ids, types, mask) to the head's outputs.
 */
public final class BertNetwork extends AbstractBlock implements Network {
  private final BertConfig config;
  private final Weights weights;
  private final BertHead head;
  private final Hooks hooks;
  private final Projections projections;
  private final List<BertBlock> blocks = new ArrayList<>();

  /** A network over these weights with this head, both of which it owns. */
  public BertNetwork(BertConfig config, Weights weights, BertHead head) {
    super((byte) 1);
    this.config = config;
    this.weights = weights;
    this.head = head;
    hooks = new Hooks(weights.manager());
    weights.parameters().values().forEach(this::addParameter);
    head.tensors().values().forEach(this::addParameter);
    projections = new Projections(weights, hooks);
    for (int block = 0; block < config.numLayers(); block++) {
      blocks.add(new BertBlock(config, projections, hooks, block));
    }
  }

  @Override
  public Anatomy anatomy() {
    return config;
  }

  /** The sizes. */
  public BertConfig config() {
    return config;
  }

  @Override
  public Weights weights() {
    return weights;
  }

  /** Pooling and outputs. */
  public BertHead head() {
    return head;
  }

  @Override
  public SortedMap<String, Parameter> headTensors() {
    return head.tensors();
  }

  @Override
  public Hooks hooks() {
    return hooks;
  }

  @Override
  public DataType dataType() {
    return weights.get(BertTensors.NORM + ".weight").getDataType();
  }

  @Override
  public NDArray tensor(String name) {
    return projections.tensor(name);
  }

  /** The longest text, special tokens included; a prompt takes its share of the positions. */
  public int maxLength() {
    return config.maxLength() - prefixLength();
  }

  private int prefixLength() {
    NDArray prefix = hooks.inputPrefix();
    return prefix == null ? 0 : Math.toIntExact(prefix.getShape().get(0));
  }

  /**
   * The hidden states of the texts' tokens, (batch, length, d).
   *
   * @throws UserException if the texts are longer than {@link #maxLength}
   */
  public NDArray encode(ForwardPass pass, BertInput input) {
    hooks.beginPass();
    NDArray mask = mask(input);
    NDArray h = pass.cut(embed(pass, input));
    for (BertBlock block : blocks) {
      try (NDArray x = h) {
        h = Torch.freeingSteps(() -> block.forward(pass, x, mask));
      }
    }
    return withoutPrefix(pass.lend(h));
  }

  /** The mean over each text's tokens of the hidden states: (batch, d). */
  public NDArray mean(ForwardPass pass, BertInput input) {
    return BertHead.mean(encode(pass, input), input.mask());
  }

  /** The head's outputs (batch, C). */
  public NDArray logits(ForwardPass pass, BertInput input) {
    return head.logits(pass, encode(pass, input), input.mask());
  }

  /**
   * The mean loss of the batch.
   *
   * @param targets classes, int64 (batch), or scores of the activations' type (batch)
   */
  public NDArray loss(ForwardPass pass, BertInput input, NDArray targets) {
    return head.loss(logits(pass, input), targets);
  }

  /**
   * {@link #loss} and its backward pass in one, with little memory: only what enters each block is
   * kept, and the block is computed again when its gradient is due (Chen et al., 2016).
   *
   * @param scale factor of the loss before the backward pass
   * @return the loss, not scaled
   */
  public double checkpointedBackward(
      ForwardPass pass, BertInput input, NDArray targets, double scale) {
    hooks.beginPass();
    NDArray mask = mask(input);
    try (BlockChain chain = new BlockChain(hooks)) {
      blocks.forEach(
          block -> chain.add((p, h) -> Torch.freeingSteps(() -> block.forward(p, h, mask))));
      NDArray last = chain.forward(pass, embed(pass, input));
      NDArray logits = head.logits(pass, withoutPrefix(last), input.mask());
      NDArray loss = head.loss(logits, targets);
      Torch.backward(TorchFunctions.scale(loss, scale));
      chain.backward(pass, last.getGradient());
      return loss.toArray()[0].doubleValue();
    }
  }

  /** What is added to scores: 0 for tokens, the type's lowest value for padding. */
  private NDArray mask(BertInput input) {
    NDArray mask = input.mask();
    int prefix = prefixLength();
    if (prefix > 0) {
      Shape before = new Shape(mask.getShape().get(0), prefix);
      mask = mask.getManager().ones(before, mask.getDataType()).concat(mask, 1);
    }
    double lowest = mask.getDataType() == DataType.FLOAT64 ? -Double.MAX_VALUE : -Float.MAX_VALUE;
    return TorchFunctions.scale(mask.sub(1), -lowest)
        .expandDims(1)
        .expandDims(1); // (batch, 1, 1, length)
  }

  /** Words, positions and types, with a prompt's vectors before the words: (batch, length, d). */
  private NDArray embed(ForwardPass pass, BertInput input) {
    long length = input.ids().getShape().get(1);
    if (length > maxLength()) {
      throw new UserException(
          "a text of %d ids; the model has positions for %d".formatted(length, maxLength()));
    }
    NDArray words = rows(BertTensors.WORDS, input.ids());
    NDArray types = config.typeVocabSize() == 1 ? input.types().zerosLike() : input.types();
    NDArray prefix = hooks.inputPrefix(); // (prefix, d)
    if (prefix != null) {
      long batch = input.ids().getShape().get(0);
      words = prefix.expandDims(0).repeat(0, batch).concat(words, 1);
      Shape before = new Shape(batch, prefix.getShape().get(0));
      types = types.getManager().zeros(before, DataType.INT64).concat(types, 1);
    }
    NDArray sum =
        words
            .add(rows(BertTensors.POSITIONS, positions(input.ids())))
            .add(rows(BertTensors.TYPES, types));
    NDArray normed =
        projections.layerNorm(pass, BertTensors.NORM + ".weight", sum, config.layerNormEpsilon());
    return pass.dropout(hooks.behindEmbeddings(pass, normed));
  }

  private NDArray rows(String table, NDArray ids) {
    return TorchFunctions.embedding(projections.tensor(table), ids);
  }

  /** Positions, those of a prompt included: int64 (batch or 1, length). */
  private NDArray positions(NDArray ids) {
    NDManager manager = ids.getManager();
    int first = config.firstPosition();
    int text = first + prefixLength();
    long length = ids.getShape().get(1);
    if (config.kind() == Kind.BERT) {
      return manager.arange(first, text + (int) length, 1, DataType.INT64).expandDims(0);
    }
    NDArray counts = ids.neq(config.padTokenId()).toType(DataType.INT64, true);
    NDArray of = counts.cumSum(1).add(text - 1 - config.padTokenId()).mul(counts);
    NDArray positions = of.add(config.padTokenId()); // padding stays there
    if (prefixLength() == 0) {
      return positions;
    }
    NDArray before = manager.arange(first, text, 1, DataType.INT64).expandDims(0);
    return before.repeat(0, ids.getShape().get(0)).concat(positions, 1);
  }

  private NDArray withoutPrefix(NDArray h) {
    int prefix = prefixLength();
    return prefix == 0 ? h : h.get(":, " + prefix + ":");
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> parameters) {
    ForwardPass pass = training ? ForwardPass.training(0, 0) : ForwardPass.evaluation();
    return new NDList(logits(pass, new BertInput(inputs.get(0), inputs.get(1), inputs.get(2))));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), head.outputs())};
  }

  @Override
  public void close() {
    head.close();
    weights.close();
  }
}
