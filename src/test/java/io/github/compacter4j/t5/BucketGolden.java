package io.github.compacter4j.t5;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Computed;
import io.github.compacter4j.Goldens;
import java.util.Arrays;

/** The buckets of relative positions. */
public final class BucketGolden {
  private BucketGolden() {}

  /** What our function computes for the file. */
  public static Computed compute(String file, JsonNode golden) {
    Computed computed = new Computed(file);
    long[] positions = Goldens.longs(golden.required("relative_position"));
    computed.add("/bidirectional", buckets(positions, true), 0);
    computed.add("/unidirectional", buckets(positions, false), 0);
    return computed;
  }

  private static double[] buckets(long[] positions, boolean bidirectional) {
    return Arrays.stream(positions)
        .mapToDouble(at -> RelativePosition.bucket((int) at, bidirectional, 32, 128))
        .toArray();
  }
}
