package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * SLoRA (Guo et al., 2025): LoRA with a square matrix between its factors,
 *
 * <pre>
 *   y = x W^T + alpha / r ((x A^T) N^T) B^T        A (r, in)   N (r, r)   B (out, r)
 * </pre>
 *
 * <p>r (in + out) + r^2 parameters a matrix. A starts in U(-1/sqrt(in), 1/sqrt(in)), N in
 * U(-1/sqrt(r), 1/sqrt(r)), B at zero. {@code start=nystrom} (NLoRA) takes the first r rows of W,
 * its corner and its first r columns, and as in the authors' code does not take them out of W: the
 * model that starts is another one than the base.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}, {@code start}.
 */
public final class SLora extends RankedMethod {
  /** Where the factors start. */
  enum Factors {
    /** At random, B at zero. */
    KAIMING,
    /** At parts of W. */
    NYSTROM
  }

  private static final String A = "lora_A.weight";
  private static final String N = "lora_N.weight";
  private static final String B = "lora_B.weight";

  /** Takes {@code rank}, {@code alpha}, {@code targets} and {@code start}. */
  public SLora(MethodSpec given) {
    super(
        ranked(given.allowBesideNorms("rank", "alpha", "targets", "start"), 8, 8)
            .withUnless("start", given.choice("start", Factors.KAIMING), Factors.KAIMING));
  }

  @Override
  void insert(Site site) {
    double s = scale();
    int r = rank();
    boolean random = spec().choice("start", Factors.KAIMING) == Factors.KAIMING;
    Parameter a = random ? site.uniform(A, r, site.in()) : corner(site, A, r, site.in());
    Parameter n = random ? site.uniform(N, r, r) : corner(site, N, r, r);
    Parameter b = random ? site.zeros(B, site.out(), r) : corner(site, B, site.out(), r);
    site.beside((pass, x) -> product(x, a.getArray(), n.getArray(), b.getArray(), s));
  }

  private static Parameter corner(Site site, String end, long... shape) {
    TensorSpec matrix = site.matrix();
    return site.plan().tensor(matrix.sibling(end), new Shape(shape), corner(matrix));
  }

  /** The part of a matrix, from its first entry on, that has the tensor's shape. */
  static Start corner(TensorSpec matrix) {
    return (base, owner, shape, type) -> {
      NDArray part = base.get(matrix.name()).get(":%d, :%d".formatted(shape.get(0), shape.get(1)));
      NDArray copy = owner.zeros(shape, type);
      TorchFunctions.copy(part, copy);
      return copy;
    };
  }

  /** {@code s ((x A^T) N^T) B^T}: (..., in) -> (..., out). */
  static NDArray product(NDArray x, NDArray a, NDArray n, NDArray b, double scale) {
    NDArray inner = TorchFunctions.linear(TorchFunctions.linear(x, a), n); // (..., r)
    return TorchFunctions.linear(TorchFunctions.scale(inner, scale), b);
  }
}
