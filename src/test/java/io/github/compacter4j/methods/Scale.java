package io.github.compacter4j.methods;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.t5.Site;
import io.github.compacter4j.t5.Stack;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scaling vectors, in the manner of (IA)^3 (Liu et al., 2022): what a sub-layer computes is
 * multiplied by a trained vector that starts at one; {@code 2 L d} parameters, or {@code 4 L d}.
 *
 * @param attention whether self-attention is scaled too, and not the feed-forward layers alone
 */
record Scale(boolean attention) implements Method {

  static Scale of(MethodOptions options) {
    options.allow(List.of("attention"));
    return new Scale(options.flag("attention", false));
  }

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public String spec() {
    return MethodOptions.format(name(), List.of("attention=" + attention));
  }

  @Override
  public String toString() {
    return spec();
  }

  @Override
  public Scale resolve(T5Config config) {
    return this; // nothing is automatic, and every size will do
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    sites(config)
        .forEach(site -> shapes.put(tensor(site, adapterName), new Shape(config.dModel())));
    return shapes;
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    Adaptation adaptation = new Adaptation(network);
    Shape shape = new Shape(network.config().dModel());
    for (Site site : sites(network.config())) {
      Parameter scale =
          adaptation.insert(tensor(site, adapterName), shape, Initializer.ONES); // (d)
      network
          .sites()
          .insert(site, new LambdaBlock(x -> new NDList(x.head().mul(scale.getArray()))));
    }
    return adaptation;
  }

  @Override
  public boolean prefixesTask() {
    return false; // as the methods with adapters
  }

  private List<Site> sites(T5Config config) {
    List<Site> sites = new ArrayList<>();
    for (Stack stack : Stack.values()) {
      for (int block = 0; block < config.layers(stack); block++) {
        if (attention) {
          sites.add(new Site(stack, block, Site.SubLayer.SELF_ATTENTION));
        }
        sites.add(new Site(stack, block, Site.SubLayer.FEED_FORWARD));
      }
    }
    return sites;
  }

  private static String tensor(Site site, String adapterName) {
    return site.tensorPrefix() + ".scale." + adapterName;
  }
}
