package io.github.compacter4j.methods;

import io.github.compacter4j.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The registry of methods. */
public final class Methods {
  private static final Map<String, Function<MethodOptions, Method>> REGISTRY =
      new LinkedHashMap<>();

  static {
    REGISTRY.put("full", Full::of);
    REGISTRY.put("adapter", Adapter::of);
    REGISTRY.put("pfeiffer", Pfeiffer::of);
    REGISTRY.put("adapterdrop", AdapterDrop::of);
    REGISTRY.put("lowrank", LowRank::of);
    REGISTRY.put("phm", Phm::of);
    REGISTRY.put("compacter", Compacter::of);
    REGISTRY.put("compacter++", CompacterPlusPlus::of);
  }

  private Methods() {}

  /** Reads a name with options in brackets, for instance {@code compacter++[n=4,reduction=32]}. */
  public static Method parse(String spec) {
    MethodOptions options = MethodOptions.parse(spec);
    Function<MethodOptions, Method> method = REGISTRY.get(options.name());
    if (method == null) {
      throw Names.unknown("method", options.name(), REGISTRY.keySet());
    }
    return method.apply(options);
  }

  /** The methods of the paper that the toolkit has, with their default options. */
  public static List<Method> paper() {
    List<Method> methods = new ArrayList<>();
    REGISTRY.keySet().forEach(name -> methods.add(parse(name)));
    return methods;
  }
}
