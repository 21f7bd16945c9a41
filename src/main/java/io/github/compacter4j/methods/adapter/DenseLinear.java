package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;

/** A linear layer {@code y = x W^T + b}, W (out, in): x (..., in) -> (..., out). */
final class DenseLinear extends AbstractBlock {
  private final int out;
  private final Parameter weight; // (out, in)
  private final Parameter bias; // (out)

  DenseLinear(int in, int out, RandomInitializer initializer, long seed, String prefix) {
    super((byte) 1);
    this.out = out;
    weight = addParameter(initializer.tensor(prefix + "weight", new Shape(out, in), seed));
    bias = addParameter(RandomInitializer.uniform(0).tensor(prefix + "bias", new Shape(out), seed));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> parameters) {
    NDArray x = inputs.singletonOrThrow();
    NDArray w = parameterStore.getValue(weight, x.getDevice(), training);
    NDArray b = parameterStore.getValue(bias, x.getDevice(), training);
    return new NDList(TorchFunctions.linear(x, w, b));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape input = inputShapes[0];
    return new Shape[] {input.slice(0, input.dimension() - 1).add(out)};
  }
}
