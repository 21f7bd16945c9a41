package io.github.compacter4j.torch;

/** Derives independent seeds from numbers by hashing, so that no generator state needs saving. */
public final class Seeds {
  private Seeds() {}

  /** A seed for the given numbers; any change of one of them changes about half of its bits. */
  public static long of(long... numbers) {
    long hash = 0x9E3779B97F4A7C15L;
    for (long number : numbers) {
      hash = mix(hash + number);
    }
    return hash;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
