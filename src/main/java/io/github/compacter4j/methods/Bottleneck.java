package io.github.compacter4j.methods;

import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.T5Config;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The inner width k of adapters, as a reduction factor d / k or as a number.
 *
 * @param reduction the factor, k = floor(d / reduction); 0 for {@code auto} or where {@code size}
 *     is given
 * @param size k itself, or 0
 */
record Bottleneck(int reduction, int size) {
  /** The paper's factor where it works, else one that does. */
  static final Bottleneck AUTO = new Bottleneck(0, 0);

  private static final int PAPER = 32;
  private static final int[] OTHERS = {16, 8, 4};

  /** The paper's n: what works for it is preferred, so that n and method leave k as it is. */
  private static final int PAPER_N = 4;

  /** What 4, 8 and 12, the n that the paper tries, all divide. */
  private static final int ALL_N = 24;

  /** {@code reduction=auto|FACTOR} or {@code bottleneck=SIZE}. */
  List<Option> options() {
    if (size > 0) {
      return List.of(Option.size("bottleneck", size), Option.absent("reduction"));
    }
    Object factor = reduction == 0 ? "auto" : reduction;
    return List.of(Option.size("reduction", factor), Option.absent("bottleneck"));
  }

  Bottleneck with(MethodOptions given) {
    boolean bySize = given.values().containsKey("bottleneck");
    boolean byFactor = given.values().containsKey("reduction");
    if (bySize && byFactor) {
      throw UserException.usage(
          "method " + given.name() + ": give reduction or bottleneck, not both");
    }
    if (bySize) {
      return new Bottleneck(0, given.positive("bottleneck", size));
    }
    return byFactor ? new Bottleneck(given.positiveOrAuto("reduction"), 0) : this;
  }

  /** {@code auto} replaced by what it means, and checked: n divides d and k, and k is not zero. */
  Bottleneck resolve(T5Config config, int n) {
    int d = config.dModel();
    requireDivisible("d_model " + d, d, d, n);
    Bottleneck resolved =
        equals(AUTO)
            ? new Bottleneck(automatic(d, n).orElseThrow(() -> noReduction(d, n)), 0)
            : this;
    int k = resolved.of(config);
    if (k == 0) {
      throw UserException.usage("reduction=" + reduction + " leaves no bottleneck of d_model " + d);
    }
    String what = "bottleneck " + k;
    if (size == 0) {
      what += " (d_model " + d + " / reduction " + resolved.reduction + ")";
    }
    requireDivisible(what, k, d, n);
    return resolved;
  }

  /** k of a resolved bottleneck. */
  int of(T5Config config) {
    return size > 0 ? size : config.dModel() / reduction;
  }

  /** Whether n divides d and k. */
  boolean allows(T5Config config, int n) {
    int d = config.dModel();
    if (equals(AUTO)) {
      return d % n == 0 && automatic(d, n).stream().anyMatch(factor -> fits(d, factor, n));
    }
    return d % n == 0 && of(config) > 0 && of(config) % n == 0;
  }

  /**
   * 32 for published sizes and where it works; else the largest of 16, 8, 4 that works for every n
   * of the paper, or if there is none, for this one.
   */
  private static OptionalInt automatic(int d, int n) {
    boolean published = T5Config.named().values().stream().anyMatch(c -> c.dModel() == d);
    if (published || fits(d, PAPER, multiple(n, PAPER_N))) {
      return OptionalInt.of(PAPER);
    }
    return IntStream.concat(
            IntStream.of(OTHERS).filter(factor -> fits(d, factor, multiple(n, ALL_N))),
            IntStream.concat(IntStream.of(PAPER), IntStream.of(OTHERS))
                .filter(factor -> fits(d, factor, n)))
        .findFirst();
  }

  private static boolean fits(int d, int factor, int n) {
    return d / factor > 0 && d / factor % n == 0;
  }

  /** The smallest number that both divide. */
  private static int multiple(int a, int b) {
    return IntStream.rangeClosed(1, b).map(i -> i * a).filter(m -> m % b == 0).min().orElseThrow();
  }

  private static UserException noReduction(int d, int n) {
    return UserException.usage(
        "no reduction factor of 32, 16, 8, 4 gives a bottleneck of d_model "
            + d
            + " that n="
            + n
            + " divides; give reduction=... or bottleneck=...");
  }

  private static void requireDivisible(String what, int size, int d, int n) {
    if (size % n != 0) {
      String divisors =
          IntStream.rangeClosed(1, 16)
              .filter(i -> d % i == 0 && size % i == 0)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(" "));
      throw UserException.usage(
          what + " is not divisible by n=" + n + "; n that work: " + divisors);
    }
  }
}
