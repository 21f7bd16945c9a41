package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.function.UnaryOperator;

/** An adapter (Houlsby et al., 2019): {@code x + up(gelu(down(x)))}, x (batch, length, d). */
final class BottleneckAdapter extends AbstractBlock {
  private final Block down; // d -> k
  private final UnaryOperator<NDArray> gelu;
  private final Block up; // k -> d

  BottleneckAdapter(Block down, UnaryOperator<NDArray> gelu, Block up) {
    super((byte) 1);
    this.gelu = gelu;
    this.down = addChildBlock("down_sampler", down);
    this.up = addChildBlock("up_sampler", up);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    down.initialize(manager, type, inputShapes);
    up.initialize(manager, type, down.getOutputShapes(inputShapes));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> parameters) {
    NDArray x = inputs.singletonOrThrow();
    return new NDList(x.add(change(parameterStore, x, training)));
  }

  /** {@code up(gelu(down(x)))}. */
  NDArray change(ParameterStore parameterStore, NDArray x, boolean training) {
    NDArray inner = down.forward(parameterStore, new NDList(x), training).head();
    NDArray active = gelu.apply(inner); // (batch, length, k)
    return up.forward(parameterStore, new NDList(active), training).head();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
