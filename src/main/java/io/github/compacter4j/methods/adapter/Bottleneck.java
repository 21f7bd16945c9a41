package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The inner width k of adapters, as a reduction factor d / k or as a number; {@code auto} where
 * neither is given.
 *
 * @param reduction the factor, k = floor(d / reduction)
 * @param size k itself
 */
record Bottleneck(OptionalInt reduction, OptionalInt size) {
  /** The paper's factor where it works, else one that does. */
  static final Bottleneck AUTO = new Bottleneck(OptionalInt.empty(), OptionalInt.empty());

  /** Half of the width. */
  private static final Bottleneck HALF = byReduction(2);

  private static final int PAPER = 32;
  private static final int[] OTHERS = {16, 8, 4};

  /** The paper's n: what works for it is preferred, so that n and method leave k as it is. */
  private static final int PAPER_N = 4;

  /** What 4, 8 and 12, the n that the paper tries, all divide. */
  private static final int ALL_N = 24;

  private static Bottleneck byReduction(int factor) {
    return new Bottleneck(OptionalInt.of(factor), OptionalInt.empty());
  }

  /** {@code reduction=auto|FACTOR} or {@code bottleneck=SIZE}. */
  List<Option> options() {
    if (size.isPresent()) {
      return List.of(Option.size("bottleneck", size.getAsInt()), Option.absent("reduction"));
    }
    String factor = reduction.isPresent() ? "" + reduction.getAsInt() : "auto";
    return List.of(Option.size("reduction", factor), Option.absent("bottleneck"));
  }

  /** Adds the options to a spec. */
  MethodSpec in(MethodSpec spec) {
    MethodSpec sized = spec;
    for (Option option : options()) {
      if (option.value() != null) {
        sized = sized.with(option.name(), option.value());
      }
    }
    return sized;
  }

  Bottleneck with(MethodSpec given) {
    boolean bySize = given.option("bottleneck").isPresent();
    boolean byFactor = given.option("reduction").isPresent();
    if (bySize && byFactor) {
      throw UserException.usage(
          "method " + given.name() + ": give reduction or bottleneck, not both");
    }
    if (bySize) {
      return new Bottleneck(OptionalInt.empty(), OptionalInt.of(given.positive("bottleneck", 1)));
    }
    return byFactor ? new Bottleneck(given.positiveOrAuto("reduction"), OptionalInt.empty()) : this;
  }

  /** The bottleneck that is given, or half of the width, which here is what {@code auto} means. */
  static Bottleneck halfUnless(MethodSpec given) {
    Bottleneck bottleneck = HALF.with(given);
    return bottleneck.equals(AUTO) ? HALF : bottleneck;
  }

  /** {@code auto} replaced by what it means, and checked: n divides d and k, and k is not zero. */
  Bottleneck resolve(Anatomy anatomy, int n) {
    int d = anatomy.width();
    requireDivisible("d_model " + d, d, anatomy, n);
    if (equals(AUTO)) {
      return byReduction(automatic(anatomy, n).orElseThrow(() -> noReduction(d, n)))
          .resolve(anatomy, n);
    }
    int k = of(anatomy);
    if (k == 0) {
      throw UserException.usage(
          "reduction=%d leaves no bottleneck of d_model %d; at most %d"
              .formatted(reduction.getAsInt(), d, d));
    }
    String what = "bottleneck " + k;
    if (size.isEmpty()) {
      what += " (d_model " + d + " / reduction " + reduction.getAsInt() + ")";
    }
    requireDivisible(what, k, anatomy, n);
    return this;
  }

  /** k of a resolved bottleneck. */
  int of(Anatomy anatomy) {
    return of(anatomy.width());
  }

  /** k of a resolved bottleneck between layers of this width. */
  int of(int width) {
    return size.orElseGet(() -> width / reduction.orElseThrow());
  }

  /** Whether n divides d and k. */
  boolean allows(Anatomy anatomy, int n) {
    int d = anatomy.width();
    if (equals(AUTO)) {
      return d % n == 0 && automatic(anatomy, n).stream().anyMatch(factor -> fits(d, factor, n));
    }
    return d % n == 0 && of(anatomy) > 0 && of(anatomy) % n == 0;
  }

  /**
   * 32 for published sizes and where it works; else the largest of 16, 8, 4 that works for every n
   * of the paper, or if there is none, for this one.
   */
  private static OptionalInt automatic(Anatomy anatomy, int n) {
    int d = anatomy.width();
    if (anatomy.isPublished() || fits(d, PAPER, multiple(n, PAPER_N))) {
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

  private void requireDivisible(String what, int size, Anatomy anatomy, int n) {
    if (size % n != 0) {
      String others =
          IntStream.rangeClosed(1, 16)
              .filter(other -> allows(anatomy, other))
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(" "));
      throw UserException.usage(what + " is not divisible by n=" + n + "; n that work: " + others);
    }
  }
}
