package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.compacter4j.torch.RandomInitializer;

/**
 * A linear layer of low rank, {@code y = x W_left W_right + b}: x (..., in) -> (..., out).
 *
 * <p>The reference's {@code LowRankLinear} multiplies the factors elementwise: the same for rank 1.
 */
final class LowRankLinear extends AbstractBlock {
  private final int out;
  private final Parameter left; // (in, r)
  private final Parameter right; // (r, out)
  private final Parameter bias; // (out)

  LowRankLinear(int in, int out, int rank, RandomInitializer init, long seed, String prefix) {
    super((byte) 1);
    this.out = out;
    left = addParameter(init.tensor(prefix + "W_left", new Shape(in, rank), seed));
    right = addParameter(init.tensor(prefix + "W_right", new Shape(rank, out), seed));
    bias = addParameter(RandomInitializer.uniform(0).tensor(prefix + "b", new Shape(out), seed));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> parameters) {
    NDArray x = inputs.singletonOrThrow();
    NDArray l = parameterStore.getValue(left, x.getDevice(), training);
    NDArray r = parameterStore.getValue(right, x.getDevice(), training);
    NDArray b = parameterStore.getValue(bias, x.getDevice(), training);
    return new NDList(x.matMul(l).matMul(r).add(b));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape input = inputShapes[0];
    return new Shape[] {input.slice(0, input.dimension() - 1).add(out)};
  }
}
