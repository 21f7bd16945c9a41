package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import java.util.List;

/** A weighted sum of adapters beside what they read: x (batch, length, d). */
final class AdapterMixture extends AbstractBlock {
  private final List<BottleneckAdapter> adapters;
  private final Parameter omega; // (T, d) or (T, 1)
  private final double dropout;

  AdapterMixture(List<BottleneckAdapter> adapters, Parameter omega, double dropout) {
    super((byte) 1);
    this.adapters = adapters;
    this.omega = omega;
    this.dropout = dropout;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    adapters.forEach(adapter -> adapter.initialize(manager, type, inputShapes));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> parameters) {
    NDArray x = inputs.singletonOrThrow();
    List<NDArray> changes =
        adapters.stream().map(each -> each.change(parameterStore, x, training)).toList();
    ForwardPass pass = (ForwardPass) parameters.get(Hooks.PASS);
    NDArray weights = pass.dropout(omega.getArray(), dropout);
    return new NDList(sum(x, NDArrays.stack(new NDList(changes), 2), weights));
  }

  /**
   * {@code x + sum_t omega_t change_t}.
   *
   * @param changes what each adapter adds, (batch, length, T, d)
   * @param omega (T, d) or (T, 1)
   */
  static NDArray sum(NDArray x, NDArray changes, NDArray omega) {
    return x.add(changes.mul(omega).sum(new int[] {2}));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
