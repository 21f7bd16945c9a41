package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.t5.Stack;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BitFit (Ben Zaken et al., 2021): only biases train. T5 has none, so every projection, every norm
 * and the output layer get one that starts at zero: {@code L (3i + f + 4d) + L (6i + f + 6d) + V}
 * parameters, i being the joint width of the heads.
 *
 * @param finalNorms whether the norms behind the last blocks get a bias too; the reference code
 *     leaves them out
 */
public record BitFit(boolean finalNorms) implements Method {

  static BitFit of(MethodOptions options) {
    options.allow(List.of("finalNorms"));
    return new BitFit(options.flag("finalNorms", false));
  }

  @Override
  public String name() {
    return "bitfit";
  }

  @Override
  public String spec() {
    return MethodOptions.format(name(), List.of("finalNorms=" + finalNorms));
  }

  @Override
  public String toString() {
    return spec();
  }

  @Override
  public BitFit resolve(T5Config config) {
    return this;
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    biasSizes(config).forEach((weight, size) -> shapes.put(bias(weight), new Shape(size)));
    return shapes;
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    Adaptation adaptation = new Adaptation(network);
    biasSizes(network.config())
        .forEach(
            (weight, size) ->
                network
                    .sites()
                    .addBias(
                        weight,
                        adaptation.insert(bias(weight), new Shape(size), Initializer.ZEROS)));
    return adaptation;
  }

  @Override
  public boolean prefixesTask() {
    return true;
  }

  /** The weights whose outputs get a bias, and its length. */
  private Map<String, Long> biasSizes(T5Config config) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    T5Tensors.shapes(config)
        .forEach(
            (weight, shape) -> {
              if (getsBias(weight)) {
                sizes.put(weight, shape.get(0));
              }
            });
    sizes.put(T5Tensors.LM_HEAD, (long) config.vocabSize()); // of tied models too
    return sizes;
  }

  private boolean getsBias(String weight) {
    for (Stack stack : Stack.values()) {
      if (weight.equals(T5Tensors.relativeBias(stack))
          || weight.equals(T5Tensors.finalNorm(stack)) && !finalNorms) {
        return false;
      }
    }
    return !weight.equals(T5Tensors.SHARED);
  }

  private static String bias(String weight) {
    return weight.substring(0, weight.length() - "weight".length()) + "bias";
  }
}
