package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.compacter4j.torch.RandomInitializer;
import java.util.function.IntUnaryOperator;

/** A function with an inverse, {@code y1 = x1 + F(x2), y2 = x2 + G(y1)}: x (batch, length, d). */
final class Coupling extends AbstractBlock {
  private static final RandomInitializer NORMAL = RandomInitializer.normal(0.02);

  private final int half; // width of x1
  private final Side f; // d - half -> half
  private final Side g; // half -> d - half

  /** A network of two layers, {@code relu(x W_d^T + b_d) W_u^T + b_u}. */
  private record Side(DenseLinear down, DenseLinear up) {}

  /**
   * A coupling of width d.
   *
   * @param inner the inner width of F and G by how wide what they read is
   */
  Coupling(int d, IntUnaryOperator inner, String prefix, long seed) {
    super((byte) 1);
    half = d / 2;
    f = side("F", d - half, inner.applyAsInt(d - half), half, prefix, seed);
    g = side("G", half, inner.applyAsInt(half), d - half, prefix, seed);
  }

  private Side side(String name, int in, int inner, int out, String prefix, long seed) {
    String start = prefix + name;
    return new Side(
        addChildBlock(name + "0", new DenseLinear(in, inner, NORMAL, seed, start + ".0.")),
        addChildBlock(name + "2", new DenseLinear(inner, out, NORMAL, seed, start + ".2.")));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    getChildren().values().forEach(layer -> layer.initialize(manager, type, inputShapes));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> parameters) {
    NDArray x = inputs.singletonOrThrow();
    NDArray x1 = x.get("..., :" + half);
    NDArray x2 = x.get("..., " + half + ":");
    NDArray y1 = x1.add(apply(f, parameterStore, x2, training));
    NDArray y2 = x2.add(apply(g, parameterStore, y1, training));
    return new NDList(y1.concat(y2, -1));
  }

  private static NDArray apply(Side side, ParameterStore store, NDArray x, boolean training) {
    NDArray inner = side.down.forward(store, new NDList(x), training).head(); // (..., k)
    return side.up.forward(store, new NDList(Activation.relu(inner)), training).head();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
