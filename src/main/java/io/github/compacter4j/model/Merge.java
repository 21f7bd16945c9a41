package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A method's change of matrices as part of the matrices themselves, until it is closed,
 *
 * <pre>
 *   W' = s_out * (W * s_in + D)    b' = s_out * b        D: what stands beside W, of the identity
 * </pre>
 *
 * <p>It asks the hooks and knows no method. What a linear function of a matrix's input is becomes
 * part of it; what is none is refused. Closing it (unmerging) brings matrices and hooks back bit
 * for bit.
 */
public final class Merge implements AutoCloseable {
  private static final int PROBES = 16;

  /** Above this share of the largest output something beside a matrix is not linear. */
  private static final double MOST = 1e-3;

  /** What becomes of a merged tensor of a name, for instance by rounding to the type of a file. */
  public interface Stored {
    /** The values as they are kept. */
    NDArray of(String name, NDArray tensor);
  }

  private final Network network;
  private final NDManager manager = Torch.newManager();
  private final Map<String, NDArray> originals = new HashMap<>();
  private final Map<String, NDArray> merged = new HashMap<>();
  private final Runnable hooksBack;
  private double deviation;

  private Merge(Network network, Stored stored) {
    this.network = network;
    try (GradientMode off = GradientMode.off()) {
      network.hooks().beginPass();
      network.anatomy().tensors().stream()
          .filter(matrix -> matrix.isProjection() && network.hooks().changes(matrix.name()))
          .forEach(matrix -> merge(matrix.name(), stored));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
    hooksBack = network.hooks().setAside(originals.keySet());
    originals.forEach((name, original) -> TorchFunctions.copy(merged.get(name), own(name)));
    merged.values().forEach(NDArray::close);
  }

  private NDArray own(String name) {
    return network.weights().parameters().get(name).getArray();
  }

  /**
   * Makes the change part of the network's matrices.
   *
   * @param stored what is kept of a merged tensor
   * @throws UserException if no matrix is changed, or one by what is no linear function
   */
  public static Merge of(Network network, Stored stored) {
    Merge merge = new Merge(network, stored);
    if (merge.originals.isEmpty()) {
      merge.close();
      throw new UserException(
          "nothing to merge: the method changes no matrix by a linear function of what it reads");
    }
    return merge;
  }

  private void merge(String weight, Stored stored) {
    Hooks hooks = network.hooks();
    String bias = network.weights().biasOf(weight);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray w = own(weight);
      NDArray x = probes(weight, w.getShape().get(1));
      NDArray before =
          new Projections(network.weights(), hooks).apply(ForwardPass.evaluation(), weight, x);
      NDArray exact = hooks.mergedMatrix(weight, w);
      NDArray exactBias = bias == null ? null : hooks.mergedBias(weight, bias, own(bias));
      requireLinear(weight, before, linear(x, exact, exactBias));
      NDArray kept = keep(weight, exact, stored);
      NDArray keptBias = bias == null ? null : keep(bias, exactBias, stored);
      deviation = Math.max(deviation, difference(before, linear(x, kept, keptBias)));
    }
  }

  private NDArray keep(String name, NDArray exact, Stored stored) {
    NDArray kept = Torch.keep(stored.of(name, exact).duplicate(), manager);
    merged.put(name, kept);
    originals.put(name, Torch.keep(own(name).duplicate(), manager));
    return kept;
  }

  private NDArray probes(String weight, long width) {
    float[] values = new NamedRandom(0, weight).normal(Math.toIntExact(PROBES * width), 1);
    return manager.create(values, new Shape(PROBES, width)).toType(network.dataType(), false);
  }

  private static NDArray linear(NDArray x, NDArray w, NDArray b) {
    return b == null ? TorchFunctions.linear(x, w) : TorchFunctions.linear(x, w, b);
  }

  private static double difference(NDArray a, NDArray b) {
    return a.sub(b).abs().max().toType(DataType.FLOAT64, false).getDouble();
  }

  private static void requireLinear(String weight, NDArray before, NDArray after) {
    double largest = difference(before, before.zerosLike());
    if (!(difference(before, after) <= MOST * Math.max(1, largest))) {
      throw new UserException(
          "cannot be merged: what stands beside %s is no linear function of what it reads"
              .formatted(weight));
    }
  }

  /** The largest difference that merging makes to a changed matrix's outputs of N(0, 1) inputs. */
  public double deviation() {
    return deviation;
  }

  /** The names of the matrices and biases that changed. */
  public Set<String> names() {
    return Set.copyOf(originals.keySet());
  }

  /** Unmerges: the network's own matrices, and what stands at them. */
  @Override
  public void close() {
    if (!manager.isOpen()) {
      return;
    }
    originals.forEach((name, original) -> TorchFunctions.copy(original, own(name)));
    hooksBack.run();
    manager.close();
  }
}
