package io.github.compacter4j.methods.own;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Moves every tensor by a projection of one trained vector: {@code theta_i + lambda_i F_i(v)}.
 *
 * <p>It is computed as {@code theta_i + F_i(lambda_i v)}, which is the same, since F is linear, and
 * keeps nothing of the tensor's size for the gradient of lambda.
 */
final class SaidProjection {
  private final Map<String, Fastfood> projections;
  private final List<String> order;
  private final Parameter v; // (k)
  private final Parameter lambda; // at least one of each tensor
  private final boolean trueGradient;

  /**
   * Over the tensors named, in the order of their lambdas.
   *
   * @param trueGradient whether v gets the true gradient of each tensor, not that divided by L
   */
  SaidProjection(
      Map<String, Fastfood> projections, Parameter v, Parameter lambda, boolean trueGradient) {
    this.projections = projections;
    order = new ArrayList<>(projections.keySet());
    this.v = v;
    this.lambda = lambda;
    this.trueGradient = trueGradient;
  }

  /** The tensor of this name, moved. */
  NDArray apply(String name, NDArray tensor) {
    Fastfood projection = projections.get(name);
    NDArray x = v.getArray();
    if (!trueGradient) {
      x = TorchFunctions.scaleGradient(x, 1.0 / projection.length());
    }
    NDArray scaled = x.mul(lambda.getArray().get(order.indexOf(name)));
    return tensor.add(projection.apply(scaled).reshape(tensor.getShape()));
  }
}
