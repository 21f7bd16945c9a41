package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.OptionalDouble;

/** A bottleneck without a residual sum, {@code s up(relu(down(x)))}: x (batch, length, d). */
final class ParallelAdapter extends AbstractBlock {
  private final OptionalDouble scale; // s
  private final Parameter learned; // (1), where s is not given
  private final DenseLinear down; // d -> k
  private final DenseLinear up; // k -> d

  ParallelAdapter(int d, int k, OptionalDouble scale, String prefix, long seed) {
    super((byte) 1);
    this.scale = scale;
    RandomInitializer uniform = RandomInitializer.uniform(1 / Math.sqrt(d));
    RandomInitializer zero = RandomInitializer.uniform(0);
    down = addChildBlock("down", new DenseLinear(d, k, uniform, seed, prefix + "adapter_down.0."));
    up = addChildBlock("up", new DenseLinear(k, d, zero, seed, prefix + "adapter_up."));
    learned = scale.isPresent() ? null : addParameter(one(prefix + "scaling"));
  }

  private static Parameter one(String name) {
    Parameter one =
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optInitializer(Initializer.ONES)
            .build();
    one.setShape(new Shape(1));
    return one;
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
    NDArray inner = down.forward(parameterStore, new NDList(x), training).head();
    NDArray active = Activation.relu(inner); // (batch, length, k)
    NDArray y = up.forward(parameterStore, new NDList(active), training).head();
    return new NDList(
        scale.isPresent()
            ? TorchFunctions.scale(y, scale.getAsDouble())
            : y.mul(parameterStore.getValue(learned, x.getDevice(), training)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
