package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;

/**
 * (IA)^3 (Liu et al., 2022): trained vectors l, one at first, times keys, values and what the last
 * matrix of a feed-forward layer reads,
 *
 * <pre>
 *   keys, values:  y = l * (W x + b)        feed-forward:  y = W (l * x) + b
 * </pre>
 *
 * <p>Sites, names and shapes are those of {@code peft}, told from the roles of the tensors:
 *
 * <ul>
 *   <li>where there are gates ({@code FF_GATE}), the vector stands behind {@code FF_IN}, which the
 *       gate multiplies channel by channel: the same function from another site;
 *   <li>where there is one stack, an encoder, what {@code O} reads gets a vector too. Attention
 *       mixes positions, not channels, so it only multiplies the values' vector; the paper has
 *       none.
 * </ul>
 *
 * <p>{@code L (2i + f) + L (4i + f)} parameters of a T5, i being the joint width of the heads;
 * {@code L (3d + f)} of an encoder. No norms train.
 */
public final class Ia3 extends Method {
  /** Takes no options. */
  public Ia3(MethodSpec given) {
    super(given.allowBesideNorms());
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    boolean gated = anatomy.tensors().stream().anyMatch(t -> t.role() == Role.FF_GATE);
    boolean encoder = anatomy.stacks().size() == 1;
    for (TensorSpec matrix : anatomy.tensors()) {
      Role role = matrix.role();
      boolean output = role == Role.K || role == Role.V || gated && role == Role.FF_IN;
      boolean input = encoder && role == Role.O || !gated && role == Role.FF_OUT;
      if (!matrix.bias() && (output || input)) {
        insert(plan, matrix, output);
      }
    }
  }

  private static void insert(Plan plan, TensorSpec matrix, boolean output) {
    Shape whole = matrix.shape(); // (out, in)
    Shape shape = output ? new Shape(whole.get(0), 1) : new Shape(1, whole.get(1));
    Parameter l = plan.tensor(matrix.sibling("ia3_l"), shape, Initializer.ONES);
    if (output) {
      plan.hook(hooks -> hooks.scaleOutput(matrix.name(), l));
    } else {
      plan.hook(hooks -> hooks.scaleInput(matrix.name(), l));
    }
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
