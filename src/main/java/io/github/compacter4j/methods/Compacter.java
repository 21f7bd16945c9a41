package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.compacter4j.UserException;
import io.github.compacter4j.phm.PhmInitializer;
import io.github.compacter4j.phm.PhmLinear;
import io.github.compacter4j.phm.PhmRule;
import io.github.compacter4j.t5.Site;
import io.github.compacter4j.t5.Stack;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compacter: adapters of two low-rank PHM layers, all of which share one A; T5's norms train too.
 *
 * <p>Compacter++ has them behind feed-forward layers alone. Biases included, an adapter has {@code
 * r (2 d + 2 k) + k + d} parameters, and A has n^3.
 *
 * @param name {@code compacter} or {@code compacter++}
 * @param n number of Kronecker products of a layer
 * @param rank r of the factors s_i and t_i
 * @param reduction d / k, or 0 for {@code auto}
 */
public record Compacter(String name, int n, int rank, int reduction) implements Method {
  /** Standard deviation with which the shared A starts: next to nothing. */
  private static final double RULE_DEVIATION = 1e-4;

  static Compacter of(MethodOptions options) {
    options.allow(List.of("n", "rank", "reduction"));
    return new Compacter(
        options.name(),
        options.positive("n", 4),
        options.positive("rank", 1),
        options.positiveOrAuto("reduction"));
  }

  @Override
  public String spec() {
    String factor = reduction == 0 ? "auto" : Integer.toString(reduction);
    return MethodOptions.format(name, List.of("n=" + n, "rank=" + rank, "reduction=" + factor));
  }

  @Override
  public String toString() {
    return spec();
  }

  @Override
  public Compacter resolve(T5Config config) {
    int factor = reduction == 0 ? Bottleneck.automaticReduction(config, n) : reduction;
    int k = Bottleneck.size(config, factor, n);
    if (rank > k / n) {
      throw UserException.usage(
          "rank="
              + rank
              + " is larger than a block of the bottleneck, "
              + k
              + "/"
              + n
              + " = "
              + k / n);
    }
    return new Compacter(name, n, rank, factor);
  }

  private List<Site> sites(T5Config config) {
    List<Site> sites = new ArrayList<>();
    for (Stack stack : Stack.values()) {
      for (int block = 0; block < config.layers(stack); block++) {
        if (name.equals("compacter")) {
          sites.add(new Site(stack, block, Site.SubLayer.SELF_ATTENTION));
        }
        sites.add(new Site(stack, block, Site.SubLayer.FEED_FORWARD));
      }
    }
    return sites;
  }

  private static String prefix(Site site, String adapterName) {
    return site.tensorPrefix() + ".adapter_controller.adapters." + adapterName + ".";
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    Compacter resolved = resolve(config);
    int d = config.dModel();
    int k = d / resolved.reduction;
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("phm_rule", new Shape(n, n, n));
    for (Site site : sites(config)) {
      layer(shapes, prefix(site, adapterName) + "down_sampler.", d, k);
      layer(shapes, prefix(site, adapterName) + "up_sampler.", k, d);
    }
    T5Tensors.shapes(config)
        .forEach(
            (tensor, shape) -> {
              if (T5Tensors.isNorm(tensor)) {
                shapes.put(tensor, shape);
              }
            });
    return shapes;
  }

  private void layer(Map<String, Shape> shapes, String prefix, int in, int out) {
    shapes.put(prefix + "W_left", new Shape(n, in / n, rank));
    shapes.put(prefix + "W_right", new Shape(n, rank, out / n));
    shapes.put(prefix + "b", new Shape(out));
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    T5Config config = network.config();
    int d = config.dModel();
    int k = d / resolve(config).reduction;
    PhmRule a = PhmRule.full(n, PhmInitializer.normal(RULE_DEVIATION), seed, "");
    Adaptation adaptation = new Adaptation(network);
    for (Site site : sites(config)) {
      String prefix = prefix(site, adapterName);
      Block down = layer(a, d, k, prefix + "down_sampler.", seed);
      Block up = layer(a, k, d, prefix + "up_sampler.", seed);
      Block adapter = new BottleneckAdapter(down, up);
      adaptation.insert(adapter);
      network.sites().insert(site, adapter);
    }
    network.weights().parameters().keySet().stream()
        .filter(T5Tensors::isNorm)
        .forEach(adaptation::trainOwn);
    return adaptation;
  }

  private Block layer(PhmRule a, int in, int out, String prefix, long seed) {
    return PhmLinear.builder()
        .setUnits(in, out)
        .setRule(a)
        .optRank(rank)
        .optName(prefix, seed)
        .build();
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
