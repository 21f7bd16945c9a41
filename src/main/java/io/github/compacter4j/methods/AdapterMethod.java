package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.compacter4j.t5.Site;
import io.github.compacter4j.t5.Stack;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Tensors;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A method that inserts adapters; each is a name with default options, in a file of its own.
 *
 * @param name one of design's list
 * @param defaults the options of the bare name
 * @param options the options of this value
 */
record AdapterMethod(String name, AdapterOptions defaults, AdapterOptions options)
    implements Method {

  /**
   * The method of this name with the given options, which must be among its own or {@code more}.
   */
  static AdapterMethod of(MethodOptions given, AdapterOptions defaults, String... more) {
    Stream<String> own = defaults.options().stream().map(Option::name);
    given.allow(Stream.concat(own, Stream.of(more)).toList());
    return new AdapterMethod(given.name(), defaults, defaults.with(given));
  }

  @Override
  public String spec() {
    List<Option> usual = defaults.options();
    return MethodOptions.format(
        name,
        options.options().stream()
            .filter(option -> option.value() != null)
            .filter(option -> option.always() || !usual.contains(option))
            .map(option -> option.name() + "=" + option.value())
            .toList());
  }

  @Override
  public String toString() {
    return spec();
  }

  @Override
  public AdapterMethod resolve(T5Config config) {
    return new AdapterMethod(name, defaults, options.resolve(config));
  }

  @Override
  public Map<String, Shape> trainable(T5Config config, String adapterName) {
    Map<Site, Block> adapters = adapters(config, adapterName, 0);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Block adapter : adapters.values()) {
      adapter.getParameters().values().stream()
          .filter(Parameter::requiresGradient)
          .forEach(tensor -> shapes.put(tensor.getName(), tensor.getShape()));
    }
    Map<String, Shape> base = T5Tensors.shapes(config);
    norms(config, adapters).forEach(norm -> shapes.put(norm, base.get(norm)));
    return shapes;
  }

  @Override
  public Adaptation applyTo(T5Network network, String adapterName, long seed) {
    Map<Site, Block> adapters = adapters(network.config(), adapterName, seed);
    Adaptation adaptation = new Adaptation(network);
    adapters.forEach(
        (site, adapter) -> {
          adaptation.insert(adapter);
          if (isAdapterHub()) {
            network.sites().insertBehindSum(site, adapter);
          } else {
            network.sites().insert(site, adapter);
          }
        });
    norms(network.config(), adapters).forEach(adaptation::trainOwn);
    return adaptation;
  }

  /** The adapters in the order of the computation, their tensors named and not yet made. */
  private Map<Site, Block> adapters(T5Config config, String adapterName, long seed) {
    AdapterOptions resolved = options.resolve(config);
    int d = config.dModel();
    int k = resolved.bottleneck().of(config);
    UnaryOperator<NDArray> gelu = isAdapterHub() ? Activation::gelu : TorchFunctions::geluTanh;
    AdapterLayers.Maker maker = resolved.layers().maker(seed);
    Map<Site, Block> adapters = new LinkedHashMap<>();
    for (Site site : sites(config, resolved)) {
      String prefix = site.tensorPrefix() + ".adapter_controller.adapters." + adapterName + ".";
      Block down = maker.layer("down", d, k, prefix + "down_sampler.");
      Block up = maker.layer("up", k, d, prefix + "up_sampler.");
      adapters.put(site, new BottleneckAdapter(down, gelu, up));
    }
    return adapters;
  }

  private static List<Site> sites(T5Config config, AdapterOptions resolved) {
    List<Site> sites = new ArrayList<>();
    for (Stack stack : Stack.values()) {
      resolved
          .blocks()
          .of(stack, config)
          .forEach(
              block ->
                  resolved
                      .placement()
                      .of(stack)
                      .forEach(subLayer -> sites.add(new Site(stack, block, subLayer))));
    }
    return sites;
  }

  private List<String> norms(T5Config config, Map<Site, Block> adapters) {
    return options.norms().names(config, adapters.keySet().iterator().next());
  }

  private boolean isAdapterHub() {
    return options.variant() == AdapterOptions.Variant.ADAPTERHUB;
  }

  @Override
  public boolean needsSeed() {
    return options.layers() instanceof PhmLayers phm && !phm.learnA();
  }

  @Override
  public boolean prefixesTask() {
    return options.taskPrefix();
  }
}
