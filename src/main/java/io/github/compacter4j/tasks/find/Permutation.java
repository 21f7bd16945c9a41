package io.github.compacter4j.tasks.find;

import io.github.compacter4j.UserException;
import org.apache.commons.math3.random.MersenneTwister;

/** torch.randperm on the CPU, by which the reference code splits and subsamples. */
public final class Permutation {
  private Permutation() {}

  /**
   * The numbers 0 to n-1, shuffled: swap i with i + (next 32-bit word of MT19937 mod n-i).
   *
   * @throws UserException (wrong usage) for a seed outside 0 to 2^31-1
   */
  public static int[] of(int n, long seed) {
    MersenneTwister words = generator(seed);
    int[] permutation = new int[n];
    for (int i = 0; i < n; i++) {
      permutation[i] = i;
    }
    for (int i = 0; i < n - 1; i++) {
      int j = i + Integer.remainderUnsigned(words.nextInt(), n - i);
      int kept = permutation[i];
      permutation[i] = permutation[j];
      permutation[j] = kept;
    }
    return permutation;
  }

  /** A generator whose {@code nextInt()} are torch's 32-bit words for this seed. */
  static MersenneTwister generator(long seed) {
    return new MersenneTwister(check(seed));
  }

  /** The seed, where it is in the range in which both libraries agree. */
  public static int check(long seed) {
    if (seed < 0 || seed > Integer.MAX_VALUE) {
      throw UserException.usage(
          "data seed: expected 0 to %d, found %d".formatted(Integer.MAX_VALUE, seed));
    }
    return (int) seed;
  }
}
