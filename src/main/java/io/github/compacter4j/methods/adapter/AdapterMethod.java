package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.adapter.AdapterOptions.Variant;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A method that inserts bottleneck adapters, by its default options and those that are given. */
final class AdapterMethod extends Method {
  private final AdapterOptions defaults;
  private final AdapterOptions options;

  private AdapterMethod(String name, AdapterOptions defaults, AdapterOptions options) {
    super(spec(name, defaults, options));
    this.defaults = defaults;
    this.options = options;
  }

  /** A method with the given options, which must be among its own or {@code more}. */
  static AdapterMethod of(MethodSpec given, AdapterOptions defaults, String... more) {
    Stream<String> own = defaults.options().stream().map(Option::name);
    given.allow(Stream.concat(own, Stream.of(more)).toList());
    return new AdapterMethod(given.name(), defaults, defaults.with(given));
  }

  private static MethodSpec spec(String name, AdapterOptions defaults, AdapterOptions options) {
    List<Option> usual = defaults.options();
    MethodSpec spec = MethodSpec.of(name);
    for (Option option : options.options()) {
      if (option.value() != null && (option.always() || !usual.contains(option))) {
        spec = spec.with(option.name(), option.value());
      }
    }
    return spec;
  }

  /** Everything that makes it differ from its family. */
  AdapterOptions options() {
    return options;
  }

  @Override
  public AdapterMethod resolve(Anatomy anatomy) {
    return new AdapterMethod(name(), defaults, options.resolve(anatomy));
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    AdapterLayers.Maker maker = options.layers().maker(seed);
    List<Place> places = places(anatomy);
    for (Place place : places) {
      Block adapter = adapter(anatomy, maker, anatomy.adapterPrefix(place, adapterName));
      plan.insert(adapter);
      if (isAdapterHub() && anatomy.normsFirst()) {
        plan.hook(hooks -> hooks.behindSum(place, adapter));
      } else {
        plan.hook(hooks -> hooks.behind(place, adapter));
      }
    }
    List<TensorSpec> norms = options.norms().of(anatomy, places.get(0));
    plan.train(norms::contains);
  }

  /** One adapter, its tensors named and not yet made. */
  private BottleneckAdapter adapter(Anatomy anatomy, AdapterLayers.Maker maker, String prefix) {
    int d = anatomy.width();
    int k = options.bottleneck().of(anatomy);
    UnaryOperator<NDArray> gelu = isAdapterHub() ? Activation::gelu : TorchFunctions::geluTanh;
    Block down = maker.layer("down", d, k, prefix + "down_sampler.");
    Block up = maker.layer("up", k, d, prefix + "up_sampler.");
    return new BottleneckAdapter(down, gelu, up);
  }

  /** One adapter that shares no tensor with others. */
  BottleneckAdapter adapter(Anatomy anatomy, Place place, String adapterName, long seed) {
    return adapter(
        anatomy, options.layers().maker(seed), anatomy.adapterPrefix(place, adapterName));
  }

  /** Where adapters go, in the order of the computation. */
  List<Place> places(Anatomy anatomy) {
    List<Place> places = new ArrayList<>();
    for (Stack stack : anatomy.stacks()) {
      List<SubLayer> subLayers = options.placement().of(stack, anatomy);
      options
          .blocks()
          .of(stack, anatomy)
          .forEach(block -> subLayers.forEach(sub -> places.add(new Place(stack, block, sub))));
    }
    return places;
  }

  private boolean isAdapterHub() {
    return options.variant() == Variant.ADAPTERHUB;
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
