package io.github.compacter4j.torch;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Random numbers for one tensor: a stream of its own for each (seed, name).
 *
 * <p>So what one tensor starts with does not depend on which other tensors exist or on their order.
 */
public final class NamedRandom {
  private final SplittableRandom random;

  /** The stream of tensor {@code name} under {@code seed}. */
  public NamedRandom(long seed, String name) {
    UUID hash = UUID.nameUUIDFromBytes((seed + "/" + name).getBytes(StandardCharsets.UTF_8));
    random = new SplittableRandom(hash.getMostSignificantBits() ^ hash.getLeastSignificantBits());
  }

  /** {@code count} draws from U(low, high). */
  public float[] uniform(int count, double low, double high) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return values;
  }

  /** {@code count} draws from N(0, standardDeviation^2), by Box and Muller's method. */
  public float[] normal(int count, double standardDeviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i += 2) {
      double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble())) * standardDeviation;
      double angle = 2 * Math.PI * random.nextDouble();
      values[i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < count) {
        values[i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
    return values;
  }

  /** {@code count} fair draws of -1 and 1. */
  public byte[] signs(int count) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) (random.nextBoolean() ? 1 : -1);
    }
    return values;
  }

  /**
   * Some of the numbers 0..total-1, in order, each set of so many being as likely as any other
   * (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
   *
   * @param count at most {@code total}
   */
  public long[] sample(long total, int count) {
    long[] chosen = new long[count];
    int have = 0;
    for (long number = 0; have < count; number++) {
      if ((total - number) * random.nextDouble() < count - have) {
        chosen[have++] = number;
      }
    }
    return chosen;
  }

  /** The numbers 0..count-1 in random order. */
  public int[] permutation(int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      int place = random.nextInt(i + 1);
      values[i] = values[place];
      values[place] = i;
    }
    return values;
  }
}
