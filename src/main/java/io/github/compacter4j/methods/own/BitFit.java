package io.github.compacter4j.methods.own;

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
 * BitFit (Ben Zaken et al., 2021): only biases train. T5 has none, so every projection, every norm
 * and the output layer get one that starts at zero: {@code L (3i + f + 4d) + L (6i + f + 6d) + V}
 * parameters, i being the joint width of the heads.
 *
 * <p>{@code finalNorms}: whether the norms behind the last blocks get a bias too; the reference
 * code leaves them out.
 */
public final class BitFit extends Method {
  private final boolean finalNorms;

  /** Takes {@code finalNorms}. */
  public BitFit(MethodSpec given) {
    this(given.allow("finalNorms").flag("finalNorms", false));
  }

  private BitFit(boolean finalNorms) {
    super(MethodSpec.of("bitfit").with("finalNorms", finalNorms));
    this.finalNorms = finalNorms;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    anatomy.tensors().stream()
        .filter(this::getsBias)
        .forEach(weight -> insert(plan, weight.name(), weight.shape().get(0)));
    anatomy
        .outputLayer()
        .ifPresent(layer -> insert(plan, layer.hook(), anatomy.vocabulary())); // tied or not
  }

  private boolean getsBias(TensorSpec tensor) {
    boolean isNorm = tensor.role() == Role.NORM;
    return tensor.isProjection() || isNorm && (finalNorms || tensor.place().isPresent());
  }

  private static void insert(Plan plan, String weight, long size) {
    String name = weight.substring(0, weight.length() - "weight".length()) + "bias";
    Parameter bias = plan.tensor(name, new Shape(size), Initializer.ZEROS);
    plan.hook(hooks -> hooks.bias(weight, bias));
  }
}
