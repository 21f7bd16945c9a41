package io.github.compacter4j.methods;

import io.github.compacter4j.Names;
import java.util.Arrays;
import java.util.List;

/** Methods by what they change, for tables and charts of many. */
public enum MethodFamily {
  /** Weights of the network itself train: all, some kinds, some entries, or within a subspace. */
  OWN("own weights", 0x8C8C8C, "full", "head", "norms", "bitfit", "mask", "spiel", "lisa", "said"),
  /** Small dense networks are put into the blocks. */
  ADAPTER(
      "dense adapters",
      0x0072B2,
      "adapter",
      "pfeiffer",
      "adapterdrop",
      "lowrank",
      "parallel",
      "mam",
      "invertible",
      "scalearn"),
  /** Adapters whose matrices are sums of Kronecker products. */
  COMPACTER("Compacter's", 0xD55E00, "phm", "compacter", "compacter++"),
  /** Trained vectors stand before the input, or before keys and values. */
  PROMPT("prompts", 0x009E73, "prompt-random", "prompt-vocabulary", "prefix"),
  /** A product of two thin matrices is added to a matrix. */
  LOW_RANK(
      "low rank", 0x56B4E9, "lora", "slora", "inttune", "adalora", "dylora", "sora", "increlora"),
  /** A Kronecker or Hadamard product is added to a matrix. */
  KRONECKER("Kronecker", 0xE69F00, "lokr", "krona", "loha"),
  /** Frozen random or shared matrices are mixed by trained numbers. */
  BASES("random bases", 0xCC79A7, "vera", "nola", "randlora", "s2lora"),
  /** Numbers scale what flows, or the diagonal of a decomposed matrix. */
  SCALES("scales", 0x000000, "ia3", "svfit", "loldu");

  private final String words;
  private final int colour;
  private final List<String> methods;

  MethodFamily(String words, int colour, String... methods) {
    this.words = words;
    this.colour = colour;
    this.methods = List.of(methods);
  }

  /**
   * The family of a method.
   *
   * @param method its name, without options
   * @throws io.github.compacter4j.UserException (wrong usage) for a name that is no method's
   */
  public static MethodFamily of(String method) {
    return Arrays.stream(values())
        .filter(family -> family.methods.contains(method))
        .findFirst()
        .orElseThrow(() -> Names.unknown("method", method, Methods.names()));
  }

  /** Its colour in charts, 0xRRGGBB. */
  public int colour() {
    return colour;
  }

  /** Its name in words. */
  @Override
  public String toString() {
    return words;
  }
}
