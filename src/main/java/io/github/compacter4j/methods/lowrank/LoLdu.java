package io.github.compacter4j.methods.lowrank;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * LoLDU (Shi et al., 2024): of the triangular decomposition of each chosen matrix, {@code W = P L D
 * U} with partial pivoting, the first r entries z of the diagonal train,
 *
 * <pre>
 *   y = x W^T + alpha / r sum_k (z_k - D_k) (x U_k) (P L)_k
 * </pre>
 *
 * <p>r parameters a matrix, which start at D, so that at first nothing changes. The authors take
 * the first r terms, times alpha / r, out of W and add them again with z: the same function.
 *
 * <p>Options: {@code rank}, {@code alpha}, {@code targets}.
 */
public final class LoLdu extends Method {
  private final int rank;
  private final double scale; // s
  private final Targets targets;

  /** Takes {@code rank}, {@code alpha} and {@code targets}. */
  public LoLdu(MethodSpec given) {
    this(
        given.allow("rank", "alpha", "targets").positive("rank", 256),
        given.positive("alpha", 256.0),
        Targets.QUERIES_AND_VALUES.with(given));
  }

  private LoLdu(int rank, double alpha, Targets targets) {
    super(MethodSpec.of("loldu").with("rank", rank).with("alpha", alpha).with("targets", targets));
    this.rank = rank;
    this.scale = alpha / rank;
    this.targets = targets;
  }

  @Override
  public LoLdu resolve(Anatomy anatomy) {
    targets.requireRank("loldu", rank, anatomy);
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    targets
        .of(anatomy)
        .forEach(
            matrix -> {
              Factored factored =
                  Factored.insert(
                      plan, matrix, rank, "vector_z", TorchFunctions::triangularFactors);
              plan.hook(
                  hooks -> hooks.beside(matrix.name(), (pass, x) -> factored.product(x, scale)));
            });
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
