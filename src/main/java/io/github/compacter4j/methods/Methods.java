package io.github.compacter4j.methods;

import io.github.compacter4j.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The registry of methods. */
public final class Methods {
  private static final Map<String, Function<MethodOptions, Method>> REGISTRY =
      new LinkedHashMap<>();

  /** What the paper's methods are compared with beyond the paper. */
  private static final Set<String> REFERENCES = Set.of("head", "norms");

  static {
    REGISTRY.put("full", Full::of);
    REGISTRY.put("adapter", Adapter::of);
    REGISTRY.put("pfeiffer", Pfeiffer::of);
    REGISTRY.put("adapterdrop", AdapterDrop::of);
    REGISTRY.put("lowrank", LowRank::of);
    REGISTRY.put("phm", Phm::of);
    REGISTRY.put("compacter", Compacter::of);
    REGISTRY.put("compacter++", CompacterPlusPlus::of);
    REGISTRY.put("bitfit", BitFit::of);
    REGISTRY.put("prompt-random", PromptRandom::of);
    REGISTRY.put("prompt-vocabulary", PromptVocabulary::of);
    REGISTRY.put("said", Said::of);
    REGISTRY.put("head", Head::of);
    REGISTRY.put("norms", Norms::of);
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

  /**
   * The options of a spec as they are written, in their order; none of them is checked.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) where the brackets are malformed
   */
  public static Map<String, String> options(String spec) {
    return MethodOptions.parse(spec).values();
  }

  /** The methods of the paper that the toolkit has, with their default options. */
  public static List<Method> paper() {
    return REGISTRY.keySet().stream()
        .filter(name -> !REFERENCES.contains(name))
        .map(Methods::parse)
        .toList();
  }
}
