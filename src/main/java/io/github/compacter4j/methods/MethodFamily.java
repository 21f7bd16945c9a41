package io.github.compacter4j.methods;

/** Methods by what they change, for tables and charts of many. */
public enum MethodFamily {
  /** Weights of the network itself train: all, some kinds, some entries, or within a subspace. */
  OWN("own weights", 0x8C8C8C),
  /** Small dense networks are put into the blocks. */
  ADAPTER("dense adapters", 0x0072B2),
  /** Adapters whose matrices are sums of Kronecker products. */
  COMPACTER("Compacter's", 0xD55E00),
  /** Trained vectors stand before the input, or before keys and values. */
  PROMPT("prompts", 0x009E73),
  /** A product of two thin matrices is added to a matrix. */
  LOW_RANK("low rank", 0x56B4E9),
  /** A Kronecker or Hadamard product is added to a matrix. */
  KRONECKER("Kronecker", 0xE69F00),
  /** Frozen random or shared matrices are mixed by trained numbers. */
  BASES("random bases", 0xCC79A7),
  /** Numbers scale what flows, or the diagonal of a decomposed matrix. */
  SCALES("scales", 0x000000);

  private final String words;
  private final int colour;

  MethodFamily(String words, int colour) {
    this.words = words;
    this.colour = colour;
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
