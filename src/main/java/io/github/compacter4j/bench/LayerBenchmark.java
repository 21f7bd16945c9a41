package io.github.compacter4j.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Times one adapter, d to k to d, forward and backward: as Compacter computes it here, with H built
 * from Kronecker products one by one as the reference code does, and dense.
 */
public final class LayerBenchmark {
  private static final int D = 768;
  private static final int K = 24;
  private static final int N = 4;
  private static final int TOKENS = 4096;

  private final NDManager manager;
  private final NDArray a; // (n, n, n)

  private LayerBenchmark(NDManager manager) {
    this.manager = manager;
    a = random("a", N, N, N);
  }

  /**
   * Median milliseconds by what was timed.
   *
   * @param rounds how often each is timed; they take turns, so that noise meets all alike
   */
  public static Map<String, Double> measure(int rounds) {
    try (NDManager manager = Torch.newManager()) {
      LayerBenchmark benchmark = new LayerBenchmark(manager);
      Map<String, Supplier<NDArray>> timed = benchmark.timed();
      Map<String, List<Double>> times = new LinkedHashMap<>();
      int warmUp = 3;
      for (int round = 0; round < rounds + warmUp; round++) {
        for (Map.Entry<String, Supplier<NDArray>> each : timed.entrySet()) {
          double time = time(each.getValue());
          if (round >= warmUp) {
            times.computeIfAbsent(each.getKey(), name -> new ArrayList<>()).add(time);
          }
        }
      }
      Map<String, Double> medians = new LinkedHashMap<>();
      times.forEach(
          (name, list) -> medians.put(name, list.stream().sorted().toList().get(rounds / 2)));
      return medians;
    }
  }

  private Map<String, Supplier<NDArray>> timed() {
    NDArray x = random("x", TOKENS, D);
    NDArray[] down = {random("s", N, D / N, 1), random("t", N, 1, K / N), random("b", K)};
    NDArray[] up = {random("s2", N, K / N, 1), random("t2", N, 1, D / N), random("b2", D)};
    NDArray wDown = random("w", K, D);
    NDArray wUp = random("w2", D, K);
    Map<String, Supplier<NDArray>> timed = new LinkedHashMap<>();
    timed.put("adapter: compacter", () -> adapter(x, in -> fast(in, down), in -> fast(in, up)));
    timed.put(
        "adapter: H from Kronecker products",
        () -> adapter(x, in -> plain(in, down), in -> plain(in, up)));
    timed.put(
        "adapter: dense",
        () ->
            adapter(
                x,
                in -> TorchFunctions.linear(in, wDown, down[2]),
                in -> TorchFunctions.linear(in, wUp, up[2])));
    timed.put("H alone: one product", () -> builtFast(down));
    timed.put("H alone: from Kronecker products", () -> built(down));
    return timed;
  }

  private static NDArray adapter(
      NDArray x, UnaryOperator<NDArray> down, UnaryOperator<NDArray> up) {
    return x.add(up.apply(TorchFunctions.geluTanh(down.apply(x))));
  }

  private NDArray fast(NDArray x, NDArray[] layer) {
    return TorchFunctions.lowRankPhm(x, a, layer[0], layer[1], layer[2]);
  }

  private NDArray plain(NDArray x, NDArray[] layer) {
    return x.matMul(built(layer)).add(layer[2]);
  }

  private NDArray builtFast(NDArray[] layer) {
    return TorchFunctions.kroneckerSum(a, TorchFunctions.factorProduct(layer[0], layer[1]));
  }

  /** All n Kronecker products (n, n, in/n, n, out/n), then their sum (in, out). */
  private NDArray built(NDArray[] layer) {
    NDArray b = layer[0].matMul(layer[1]); // (n, in/n, out/n)
    long p = b.getShape().get(1);
    long q = b.getShape().get(2);
    NDArray products = a.reshape(N, N, 1, N, 1).mul(b.reshape(N, 1, p, 1, q));
    return products.sum(new int[] {0}).reshape(N * p, N * q);
  }

  private static double time(Supplier<NDArray> forward) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      long start = System.nanoTime();
      Torch.backward(forward.get().sum());
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private NDArray random(String name, long... shape) {
    int size = Math.toIntExact(Arrays.stream(shape).reduce(1, (u, v) -> u * v));
    NDArray array = manager.create(new NamedRandom(1, name).normal(size, 0.1), new Shape(shape));
    array.setRequiresGradient(true);
    return array;
  }
}
