package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.TensorSpec;

/**
 * IntTune (Guo et al., 2025): of SLoRA's three factors the square one in the middle trains,
 *
 * <pre>
 *   y = x W^T + alpha / r ((x A^T) N^T) B^T        A = W[:r, :]   N (r, r)   B = W[:, :r]
 * </pre>
 *
 * <p>r^2 parameters a matrix. N starts at W[:r, :r], and as in the authors' code nothing is taken
 * out of W: the model that starts is another one than the base. {@code start=base} computes with N
 * - W[:r, :r], so that it is the base. A and B are read from W, whose own values no file repeats.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}, {@code start}.
 */
public final class IntTune extends RankedMethod {
  /** The model that the first step sees. */
  enum First {
    /** The authors'. */
    CODE,
    /** The one that was loaded. */
    BASE
  }

  /** Takes {@code rank}, {@code alpha}, {@code targets} and {@code start}. */
  public IntTune(MethodSpec given) {
    super(
        ranked(given.allowBesideNorms("rank", "alpha", "targets", "start"), 128, 128)
            .withUnless("start", given.choice("start", First.CODE), First.CODE));
  }

  @Override
  void insert(Site site) {
    Plan plan = site.plan();
    TensorSpec matrix = site.matrix();
    Shape square = new Shape(rank(), rank());
    Start corner = SLora.corner(matrix);
    Parameter n = plan.tensor(matrix.sibling("lora_N.weight"), square, corner);
    boolean isBase = spec().choice("start", First.CODE) == First.BASE;
    Parameter first = isBase ? plan.fixed(matrix.sibling("lora_N0"), square, corner) : null;
    plan.hook(
        (hooks, adaptation) ->
            hooks.beside(
                matrix.name(),
                (pass, x) ->
                    product(x, adaptation.network().weights().get(matrix.name()), n, first)));
  }

  private NDArray product(NDArray x, NDArray w, Parameter n, Parameter first) {
    NDArray rows = w.get(":" + rank()); // (r, in)
    NDArray columns = w.get(":, :" + rank()); // (out, r)
    NDArray middle = first == null ? n.getArray() : n.getArray().sub(first.getArray()); // (r, r)
    return SLora.product(x, rows, middle, columns, scale());
  }
}
