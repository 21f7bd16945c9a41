package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Intrinsic-SAID (Aghajanyan et al., 2021): T5 trains within a random subspace. Each of its m
 * tensors is {@code theta_i + lambda_i F_i(v)}, F_i a fixed {@link Fastfood} projection; v (d'-m-1)
 * starts at 0 and lambda (m+1) at 1, its last entry being without use, as in the reference code.
 *
 * <p>A tied output layer keeps the original embedding. The projections are drawn from the seed and
 * are in no file: an adapter file needs the same seed when it is read.
 *
 * @param dimension d', the number of all trained parameters
 * @param gradient what v gets as its gradient
 */
public record Said(int dimension, Gradient gradient) implements Method {
  /** What v gets as its gradient. */
  public enum Gradient {
    /** Each tensor's part divided by its L, as in the reference code: small tensors rule. */
    FAITHFUL,
    /** The true one. */
    TRUE
  }

  private static final String V = "intrinsic_parameter";
  private static final String LAMBDA = "intrinsic_parameter_said";

  static Said of(MethodOptions options) {
    options.allow(List.of("dimension", "gradient"));
    return new Said(
        options.positive("dimension", 20_000), options.choice("gradient", Gradient.FAITHFUL));
  }

  @Override
  public String name() {
    return "said";
  }

  @Override
  public String spec() {
    return MethodOptions.format(
        name(), List.of("dimension=" + dimension, "gradient=" + MethodOptions.text(gradient)));
  }

  @Override
  public String toString() {
    return spec();
  }

  @Override
  public Said resolve(T5Config config) {
    int lambdas = T5Tensors.shapes(config).size() + 1;
    if (dimension <= lambdas) {
      throw UserException.usage(
          "method said: dimension="
              + dimension
              + " leaves nothing beside the "
              + lambdas
              + " lambdas of this model's tensors; at least "
              + (lambdas + 1));
    }
    return this;
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    int lambdas = T5Tensors.shapes(config).size() + 1;
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(V, new Shape(resolve(config).dimension - lambdas));
    shapes.put(LAMBDA, new Shape(lambdas));
    return shapes;
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    Map<String, Shape> shapes = trainable(network.config(), adapterName);
    Adaptation adaptation = new Adaptation(network);
    Parameter v = adaptation.insert(V, shapes.get(V), Initializer.ZEROS);
    Parameter lambda = adaptation.insert(LAMBDA, shapes.get(LAMBDA), Initializer.ONES);
    Map<String, Fastfood> projections = new LinkedHashMap<>();
    T5Tensors.shapes(network.config())
        .forEach(
            (name, shape) ->
                projections.put(
                    name,
                    Fastfood.random(
                        adaptation.manager(),
                        network.dataType(),
                        Math.toIntExact(shape.size()),
                        Math.toIntExact(shapes.get(V).size()),
                        seed,
                        name)));
    network
        .sites()
        .reparameterise(new SaidProjection(projections, v, lambda, gradient == Gradient.TRUE));
    return adaptation;
  }

  @Override
  public boolean needsSeed() {
    return true;
  }

  @Override
  public boolean prefixesTask() {
    return true;
  }
}
