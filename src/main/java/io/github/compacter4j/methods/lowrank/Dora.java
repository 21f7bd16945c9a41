package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * DoRA (Liu et al., 2024): the rows of LoRA's matrix give directions, a trained vector m (out)
 * their lengths,
 *
 * <pre>
 *   V = W + s B A      y = (m / |V|) * (x V^T) + b
 * </pre>
 *
 * <p>{@code |V|} are the norms of the rows; no gradient flows through them (section 4.3, as in
 * {@code peft}). m starts at those of W, so at first nothing changes. out parameters a matrix more
 * than LoRA. V is not built: the squares of its norms follow from W, A and B.
 */
final class Dora {
  private Dora() {}

  /** Plans m and what it multiplies. */
  static void insert(Site site, Factors factors, double s) {
    TensorSpec matrix = site.matrix();
    Parameter m =
        site.plan()
            .tensor(
                matrix.sibling("lora_magnitude_vector.weight"),
                new Shape(site.out()),
                (base, owner, shape, type) -> norms(base.get(matrix.name()), owner, type));
    site.plan().hook((hooks, adaptation) -> hook(hooks, adaptation, matrix.name(), factors, s, m));
  }

  private static void hook(
      Hooks hooks, Adaptation adaptation, String name, Factors factors, double s, Parameter m) {
    hooks.scaleProduct(
        name,
        () -> {
          NDArray w = adaptation.network().weights().get(name);
          NDArray norms =
              TorchFunctions.rowNorms(w, factors.readers(), factors.writers(), s); // (out)
          return m.getArray().div(norms);
        });
  }

  private static NDArray norms(NDArray w, NDManager owner, DataType type) {
    NDArray none = owner.zeros(new Shape(1, w.getShape().get(1)), type);
    NDArray zero = owner.zeros(new Shape(w.getShape().get(0), 1), type);
    return Torch.keep(TorchFunctions.rowNorms(w, none, zero, 1), owner);
  }
}
