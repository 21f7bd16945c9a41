package io.github.compacter4j.t5;

/** The buckets into which T5 sorts the distance between a query and a key. */
public final class RelativePosition {
  private RelativePosition() {}

  /**
   * Bucket of a relative position.
   *
   * @param relative key position minus query position
   * @param bidirectional true in the encoder, where half of the buckets are for later keys
   * @param buckets number of buckets
   * @param maxDistance distance from which on all share the last bucket
   */
  public static int bucket(int relative, boolean bidirectional, int buckets, int maxDistance) {
    int base = 0;
    int distance;
    if (bidirectional) {
      buckets /= 2;
      base = relative > 0 ? buckets : 0;
      distance = Math.abs(relative);
    } else {
      distance = Math.max(-relative, 0);
    }
    int exact = buckets / 2;
    if (distance < exact) {
      return base + distance;
    }
    // The logarithm in float32, as the reference computes it.
    float share =
        (float) Math.log((float) distance / exact) / (float) Math.log((double) maxDistance / exact);
    return base + Math.min(exact + (int) (share * (buckets - exact)), buckets - 1);
  }

  /**
   * Buckets for all pairs, row by row: (query, key), the first query standing at {@code offset}.
   */
  static long[] table(int offset, int queries, int keys, boolean bidirectional, T5Config config) {
    long[] table = new long[queries * keys];
    for (int query = 0; query < queries; query++) {
      for (int key = 0; key < keys; key++) {
        table[query * keys + key] =
            bucket(
                key - (query + offset),
                bidirectional,
                config.relativeAttentionNumBuckets(),
                config.relativeAttentionMaxDistance());
      }
    }
    return table;
  }
}
