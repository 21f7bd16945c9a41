package io.github.compacter4j.methods;

import io.github.compacter4j.Names;
import io.github.compacter4j.methods.MethodEntry.Kind;
import io.github.compacter4j.methods.adapter.AdapterFamily;
import io.github.compacter4j.methods.adapter.Invertible;
import io.github.compacter4j.methods.adapter.Mam;
import io.github.compacter4j.methods.adapter.Parallel;
import io.github.compacter4j.methods.adapter.ScaLearn;
import io.github.compacter4j.methods.lowrank.Ia3;
import io.github.compacter4j.methods.lowrank.IntTune;
import io.github.compacter4j.methods.lowrank.Krona;
import io.github.compacter4j.methods.lowrank.LoLdu;
import io.github.compacter4j.methods.lowrank.Loha;
import io.github.compacter4j.methods.lowrank.Lokr;
import io.github.compacter4j.methods.lowrank.Lora;
import io.github.compacter4j.methods.lowrank.Nola;
import io.github.compacter4j.methods.lowrank.RandLora;
import io.github.compacter4j.methods.lowrank.S2Lora;
import io.github.compacter4j.methods.lowrank.SLora;
import io.github.compacter4j.methods.lowrank.SvFit;
import io.github.compacter4j.methods.lowrank.Vera;
import io.github.compacter4j.methods.own.BitFit;
import io.github.compacter4j.methods.own.Full;
import io.github.compacter4j.methods.own.Head;
import io.github.compacter4j.methods.own.Lisa;
import io.github.compacter4j.methods.own.Mask;
import io.github.compacter4j.methods.own.Norms;
import io.github.compacter4j.methods.own.Said;
import io.github.compacter4j.methods.own.Spiel;
import io.github.compacter4j.methods.prompt.Prefix;
import io.github.compacter4j.methods.prompt.PromptRandom;
import io.github.compacter4j.methods.prompt.PromptVocabulary;
import io.github.compacter4j.methods.ranks.AdaLora;
import io.github.compacter4j.methods.ranks.DyLora;
import io.github.compacter4j.methods.ranks.IncreLora;
import io.github.compacter4j.methods.ranks.SoRa;
import io.github.compacter4j.model.Anatomy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The registry of methods. */
public final class Methods {
  private static final Map<String, MethodEntry> REGISTRY = new LinkedHashMap<>();

  // Rates: "paper" as in the reference's configurations; "small" for the bundled model, chosen once
  // on SST-2's validation rows; "small encoder" for minilm, see encoderRate; "glue" as in
  // transformers' run_glue, and the adapters' usual one.
  static {
    add(paper("full", MethodFamily.OWN, Full::new, 0x000000).rate("small", 1e-3));
    add(
        paper("adapter", MethodFamily.ADAPTER, AdapterFamily::adapter, 0x0072B2)
            .rate("small", 3e-3));
    add(
        paper("pfeiffer", MethodFamily.ADAPTER, AdapterFamily::pfeiffer, 0x56B4E9)
            .rate("small", 3e-3));
    add(
        paper("adapterdrop", MethodFamily.ADAPTER, AdapterFamily::adapterDrop, 0x0A2F6B)
            .rate("small", 1e-2));
    add(
        paper("lowrank", MethodFamily.ADAPTER, AdapterFamily::lowRank, 0xCC79A7)
            .rate("paper", 3e-3)
            .rate("small", 1e-2));
    add(paper("phm", MethodFamily.COMPACTER, AdapterFamily::phm, 0x009E73).rate("paper", 3e-3));
    add(
        paper("compacter", MethodFamily.COMPACTER, AdapterFamily::compacter, 0xE69F00)
            .rate("paper", 3e-3)
            .rate("small", 1e-2));
    add(
        paper("compacter++", MethodFamily.COMPACTER, AdapterFamily::compacterPlusPlus, 0xD55E00)
            .rate("paper", 3e-3)
            .rate("small", 1e-2));
    add(paper("bitfit", MethodFamily.OWN, BitFit::new, 0xF0DC5D).rate("small", 1e-2));
    add(
        paper("prompt-random", MethodFamily.PROMPT, PromptRandom::new, 0x8EBE78)
            .rate("paper", 3e-2)
            .batchParts(2));
    add(
        paper("prompt-vocabulary", MethodFamily.PROMPT, PromptVocabulary::new, 0x4305A8)
            .rate("paper", 3e-1)
            .batchParts(2));
    add(
        paper("said", MethodFamily.OWN, Said::new, 0xB63633)
            .rate("paper", 3e-2)
            .rate("small", 1e-2)
            .batchParts(2));
    add(MethodEntry.of("head", Kind.REFERENCE, MethodFamily.OWN, Head::new, 0xC5C5C5));
    add(MethodEntry.of("norms", Kind.REFERENCE, MethodFamily.OWN, Norms::new, 0x525252));
    add(further("lora", MethodFamily.LOW_RANK, Lora::new, 0x7A5C2E).rate("paper", 1e-3));
    add(further("ia3", MethodFamily.SCALES, Ia3::new, 0x7F7FFF).rate("paper", 3e-3));
    add(
        further("prefix", MethodFamily.PROMPT, Prefix::new, 0x2F6F3E)
            .rate("paper", 1e-2)
            .where("mlp", "true", entry -> entry.rate("paper", 1e-4)));
    add(further("parallel", MethodFamily.ADAPTER, Parallel::new, 0x17A2B8).rate("paper", 1e-3));
    add(
        further("mam", MethodFamily.ADAPTER, Mam::new, 0x6610F2)
            .rate("paper", 1e-4)
            .where("mlp", "false", entry -> entry.rate("paper", 1e-3).rate("small encoder", 3e-3)));
    add(further("invertible", MethodFamily.ADAPTER, Invertible::new, 0xBC8F8F).rate("paper", 1e-3));
    add(further("scalearn", MethodFamily.ADAPTER, ScaLearn::new, 0x708238).rate("paper", 6e-3));
    add(further("adalora", MethodFamily.LOW_RANK, AdaLora::new, 0x2E8B8B).rate("paper", 1e-3));
    add(further("dylora", MethodFamily.LOW_RANK, DyLora::new, 0xB8A14A).rate("paper", 1e-3));
    add(further("increlora", MethodFamily.LOW_RANK, IncreLora::new, 0x4682B4).rate("paper", 1e-3));
    add(further("sora", MethodFamily.LOW_RANK, SoRa::new, 0x9B5FC0).rate("paper", 1e-3));
    add(further("lokr", MethodFamily.KRONECKER, Lokr::new, 0xFF1493).rate("paper", 1e-3));
    add(further("krona", MethodFamily.KRONECKER, Krona::new, 0x8B0046).rate("paper", 1e-3));
    add(further("loha", MethodFamily.KRONECKER, Loha::new, 0xB8860B).rate("paper", 1e-3));
    add(further("vera", MethodFamily.BASES, Vera::new, 0x6B8E23).rate("paper", 5e-3));
    add(further("nola", MethodFamily.BASES, Nola::new, 0x00CED1).rate("paper", 5e-3));
    add(further("randlora", MethodFamily.BASES, RandLora::new, 0x9932CC).rate("paper", 1e-3));
    add(further("s2lora", MethodFamily.BASES, S2Lora::new, 0xFF7F50).rate("paper", 1e-3));
    add(further("mask", MethodFamily.OWN, Mask::new, 0x8C8C5A).rate("paper", 1e-3));
    add(further("lisa", MethodFamily.OWN, Lisa::new, 0x3C4A5A).rate("small", 1e-3));
    add(further("spiel", MethodFamily.OWN, Spiel::new, 0xA0522D).rate("paper", 1e-3));
    add(further("svfit", MethodFamily.SCALES, SvFit::new, 0x5F9EA0).rate("paper", 1e-2));
    add(further("loldu", MethodFamily.SCALES, LoLdu::new, 0x1E5B4F).rate("paper", 1e-3));
    add(further("slora", MethodFamily.LOW_RANK, SLora::new, 0xC71585).rate("paper", 1e-3));
    add(further("inttune", MethodFamily.LOW_RANK, IntTune::new, 0xDB7093).rate("paper", 1e-3));
    // For "small": adapter, lora, bitfit, Compacter's two, head and full chosen once on validation
    // rows, for which docs/models.md has the scores. pfeiffer and adapterdrop take that of adapter,
    // norms that of bitfit. Those whose usual rate is 1e-3, as lora's is, take lora's: three times
    // as much, since 600 steps are few; but randlora, invertible and inttune, which learn less or
    // nothing of STS-B then. The embeddings alone, which invertible changes, reach little with a
    // head that has not learned. The others have usual ones.
    encoderRate("full", 1e-4, 2e-5);
    encoderRate("adapter", 3e-3, 1e-3);
    encoderRate("pfeiffer", 3e-3, 1e-3);
    encoderRate("adapterdrop", 3e-3, 1e-3);
    encoderRate("lowrank", 1e-2, 1e-3);
    encoderRate("phm", 1e-2, 1e-3);
    encoderRate("compacter", 1e-2, 1e-3);
    encoderRate("compacter++", 1e-2, 1e-3);
    encoderRate("bitfit", 3e-3, 1e-3);
    encoderRate("prompt-random", 3e-2, 1e-3);
    encoderRate("prompt-vocabulary", 3e-2, 1e-3);
    encoderRate("said", 1e-2, 1e-3);
    encoderRate("head", 1e-2, 1e-3);
    encoderRate("norms", 3e-3, 1e-3);
    encoderRate("lora", 3e-3, 1e-3);
    encoderRate("lokr", 3e-3, 1e-3);
    encoderRate("krona", 3e-3, 1e-3);
    encoderRate("loha", 3e-3, 1e-3);
    encoderRate("parallel", 3e-3, 1e-3);
    encoderRate("invertible", 1e-3, 1e-3);
    add(entry("invertible").headRate("small encoder", 1e-2));
    encoderRate("adalora", 3e-3, 1e-3);
    encoderRate("dylora", 3e-3, 1e-3);
    encoderRate("increlora", 3e-3, 1e-3);
    encoderRate("sora", 3e-3, 1e-3);
    encoderRate("s2lora", 3e-3, 1e-3);
    encoderRate("mask", 3e-3, 1e-3);
    encoderRate("lisa", 1e-4, 2e-5);
    encoderRate("spiel", 3e-3, 1e-3);
    encoderRate("svfit", 1e-2, 1e-2);
    encoderRate("loldu", 3e-3, 1e-3);
    encoderRate("slora", 3e-3, 1e-3);
    encoderRate("inttune", 1e-3, 1e-3);
  }

  private static final Set<String> ADAPTERS =
      Set.of("adapter", "pfeiffer", "adapterdrop", "lowrank", "phm", "compacter", "compacter++");

  // From 16 up the factors of the published widths, up to 1024, are whole: that is krona.
  private static final int MOST_OF_LOKR = 15;

  private static final String SLOW = "a step takes more than four times that of lora";
  private static final String LONG =
      "a prompt longer than most rows, so that a step takes several times that of lora";

  // By what the size of each method is chosen; those that are missing here have one size.
  private static final Map<String, Knob> KNOBS = new LinkedHashMap<>();

  static {
    Knob bottleneck = Knob.of("bottleneck").upToWidth();
    List.of("adapter", "pfeiffer", "adapterdrop").forEach(name -> KNOBS.put(name, bottleneck));
    List.of("phm", "compacter", "compacter++")
        .forEach(name -> KNOBS.put(name, bottleneck.multiplesOf("n")));
    List.of(
            "lowrank", "lora", "dylora", "sora", "loha", "s2lora", "svfit", "loldu", "slora",
            "inttune")
        .forEach(name -> KNOBS.put(name, Knob.of("rank")));
    Knob prompt = Knob.of("length").dearAbove(256, LONG);
    List.of("prompt-random", "prompt-vocabulary").forEach(name -> KNOBS.put(name, prompt));
    KNOBS.put("prefix", Knob.of("length"));
    KNOBS.put("said", Knob.of("dimension").from((spec, anatomy) -> Said.least(anatomy)));
    KNOBS.put("parallel", Knob.of("bottleneck"));
    KNOBS.put("invertible", Knob.of("bottleneck"));
    KNOBS.put("mam", Knob.of(Mam::ofBottleneck));
    KNOBS.put("lokr", Knob.of("rank").upTo((spec, anatomy) -> MOST_OF_LOKR));
    KNOBS.put("randlora", Knob.of("rank").falling());
    KNOBS.put("vera", Knob.of("rank").dearAbove(1024, SLOW));
    KNOBS.put("nola", Knob.of("coefficients"));
    KNOBS.put("mask", Knob.of("budget"));
    KNOBS.put("spiel", Knob.of(parts -> Map.of("density", parts / 1e6)));
    KNOBS.put("adalora", Knob.of(AdaLora::ofRank));
    KNOBS.put("increlora", Knob.of(growth -> Map.of("target", 1 + growth)));
  }

  private Methods() {}

  private static MethodEntry paper(
      String name, MethodFamily family, Function<MethodSpec, Method> reader, int colour) {
    return MethodEntry.of(name, Kind.PAPER, family, reader, colour);
  }

  private static MethodEntry further(
      String name, MethodFamily family, Function<MethodSpec, Method> reader, int colour) {
    return MethodEntry.of(name, Kind.FURTHER, family, reader, colour);
  }

  private static void add(MethodEntry entry) {
    REGISTRY.put(entry.name(), entry);
  }

  /** Adds what the methods take on encoders. */
  private static void encoderRate(String name, double small, double glue) {
    add(entry(name).rate("small encoder", small).rate("glue", glue));
  }

  /** Reads a name with options in brackets, for instance {@code compacter++[n=4,reduction=32]}. */
  public static Method parse(String spec) {
    return of(MethodSpec.parse(spec));
  }

  /**
   * The method of a spec.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) naming an unknown method or option
   */
  public static Method of(MethodSpec spec) {
    MethodEntry entry = entry(spec.name());
    return entry.kind() == Kind.FURTHER
        ? WithNorms.of(spec, entry.reader())
        : entry.reader().apply(spec);
  }

  /**
   * What the registry knows of the method of this name.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) naming the nearest one that exists
   */
  public static MethodEntry entry(String name) {
    MethodEntry entry = REGISTRY.get(name);
    if (entry == null) {
      throw Names.unknown("method", name, REGISTRY.keySet());
    }
    return entry;
  }

  /**
   * What the registry knows of the method of a spec, whose options may change it.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) naming the nearest one that exists
   */
  public static MethodEntry entry(MethodSpec spec) {
    return entry(spec.name()).of(spec);
  }

  /** The names of all methods. */
  public static Set<String> names() {
    return Set.copyOf(REGISTRY.keySet());
  }

  /** The twelve methods of the paper, with their default options. */
  public static List<Method> paper() {
    return ofKind(Set.of(Kind.PAPER));
  }

  /** All methods with their default options: the paper's, references, further ones. */
  public static List<Method> all() {
    return ofKind(Set.of(Kind.values()));
  }

  /**
   * What a user's list of methods means by one of its entries: {@code paper} or {@code all} the
   * twelve of the paper, {@code every} all that there are, anything else one method with options in
   * brackets.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) for a method that does not exist
   */
  public static List<MethodSpec> named(String entry) {
    return switch (entry) {
      case "paper", "all" -> paper().stream().map(m -> MethodSpec.of(m.name())).toList();
      case "every" -> all().stream().map(m -> MethodSpec.of(m.name())).toList();
      default -> {
        MethodSpec spec = MethodSpec.parse(entry);
        of(spec);
        yield List.of(spec);
      }
    };
  }

  /**
   * Every method, at the largest size that trains at most so many parameters; where none is, the
   * row says why. Norms train beside those that train them unless told otherwise.
   */
  public static List<AtBudget> atBudget(Anatomy anatomy, long parameters) {
    return all().stream().map(m -> atBudget(MethodSpec.of(m.name()), anatomy, parameters)).toList();
  }

  /**
   * Every method at a budget, with the norms of all that may train them, or of none.
   *
   * @param norms {@code all} or {@code none}
   */
  public static List<AtBudget> atBudget(Anatomy anatomy, long parameters, String norms) {
    return all().stream()
        .map(method -> withNorms(MethodSpec.of(method.name()), norms))
        .map(spec -> atBudget(spec, anatomy, parameters))
        .toList();
  }

  /** A spec that says whether norms train beside the method, where it may be told. */
  public static MethodSpec withNorms(MethodSpec spec, String norms) {
    boolean isTold = ADAPTERS.contains(spec.name()) || entry(spec.name()).kind() == Kind.FURTHER;
    return isTold ? spec.with("norms", norms) : spec;
  }

  /**
   * One method, at the largest size that trains at most so many parameters.
   *
   * @param spec without the options that the budget chooses
   */
  public static AtBudget atBudget(MethodSpec spec, Anatomy anatomy, long parameters) {
    entry(spec.name());
    return AtBudget.of(spec, Methods::of, KNOBS.get(spec.name()), anatomy, parameters);
  }

  private static List<Method> ofKind(Set<Kind> kinds) {
    return REGISTRY.values().stream()
        .filter(entry -> kinds.contains(entry.kind()))
        .map(entry -> of(MethodSpec.of(entry.name())))
        .toList();
  }
}
