package io.github.compacter4j.methods.own;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Plan;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Intrinsic-SAID (Aghajanyan et al., 2021): the network trains within a random subspace. Each of
 * its m tensors is {@code theta_i + lambda_i F_i(v)}, F_i a fixed {@link Fastfood} projection; v
 * (d'-m-1) starts at 0 and lambda (m+1) at 1, its last entry being without use, as in the reference
 * code.
 *
 * <p>A tied output layer keeps the original embedding. The projections are drawn from the seed and
 * are in no file: an adapter file needs the same seed when it is read.
 *
 * <p>Options: {@code dimension}, d', the number of all trained parameters; {@code gradient}, what v
 * gets as its gradient.
 */
public final class Said extends Method {
  /** What v gets as its gradient. */
  enum Gradient {
    /** Each tensor's part divided by its L, as in the reference code: small tensors rule. */
    FAITHFUL,
    /** The true one. */
    TRUE
  }

  private final int dimension;
  private final Gradient gradient;

  /** Takes {@code dimension} and {@code gradient}. */
  public Said(MethodSpec given) {
    this(
        given.allow("dimension", "gradient").positive("dimension", 20_000),
        given.choice("gradient", Gradient.FAITHFUL));
  }

  private Said(int dimension, Gradient gradient) {
    super(MethodSpec.of("said").with("dimension", dimension).with("gradient", gradient));
    this.dimension = dimension;
    this.gradient = gradient;
  }

  @Override
  public Said resolve(Anatomy anatomy) {
    int lambdas = lambdas(anatomy);
    if (dimension <= lambdas) {
      throw UserException.usage(
          "method said: dimension="
              + dimension
              + " leaves nothing beside the "
              + lambdas
              + " lambdas of this model's tensors; at least "
              + least(anatomy));
    }
    if (dimension > anatomy.parameters()) {
      throw UserException.usage(
          String.format(
              Locale.ROOT,
              "method said: dimension=%d is more than the model has parameters, %d",
              dimension,
              anatomy.parameters()));
    }
    return this;
  }

  /** The smallest {@code dimension} for a network: each tensor's lambda, one more, and a number. */
  public static int least(Anatomy anatomy) {
    return lambdas(anatomy) + 1;
  }

  private static int lambdas(Anatomy anatomy) {
    return anatomy.tensors().size() + 1;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    int lambdas = lambdas(anatomy);
    Shape size = new Shape(dimension - lambdas);
    Parameter v = plan.tensor("intrinsic_parameter", size, Initializer.ZEROS);
    Parameter lambda =
        plan.tensor("intrinsic_parameter_said", new Shape(lambdas), Initializer.ONES);
    plan.hook((hooks, adaptation) -> hook(hooks, adaptation, v, lambda, seed));
  }

  private void hook(Hooks hooks, Adaptation adaptation, Parameter v, Parameter lambda, long seed) {
    DataType type = adaptation.network().dataType();
    int inputs = Math.toIntExact(v.getShape().size());
    Map<String, Fastfood> projections = new LinkedHashMap<>();
    adaptation
        .network()
        .anatomy()
        .shapes()
        .forEach(
            (name, shape) -> {
              int size = Math.toIntExact(shape.size());
              projections.put(
                  name, Fastfood.random(adaptation.manager(), type, size, inputs, seed, name));
            });
    SaidProjection projection =
        new SaidProjection(projections, v, lambda, gradient == Gradient.TRUE);
    projections.keySet().forEach(name -> hooks.replace(name, t -> projection.apply(name, t)));
  }

  @Override
  public boolean needsSeed() {
    return true;
  }
}
