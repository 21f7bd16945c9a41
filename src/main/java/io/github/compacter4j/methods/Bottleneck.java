package io.github.compacter4j.methods;

import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.T5Config;
import java.util.stream.IntStream;

/** The inner width of adapters: d_model over a reduction factor. */
final class Bottleneck {
  private static final int PAPER = 32;
  private static final int[] OTHERS = {16, 8, 4};

  /** What 4, 8 and 12, the paper's n, all divide: an ablation over n keeps one bottleneck. */
  private static final int ALL_N = 24;

  private Bottleneck() {}

  /**
   * The reduction factor that {@code auto} means: the paper's 32 where n divides the bottleneck and
   * for published sizes; else the largest of 16, 8, 4 whose bottleneck every n of the paper
   * divides, or if there is none, whose bottleneck this n divides.
   */
  static int automaticReduction(T5Config config, int n) {
    requireDivisible(config, n);
    int d = config.dModel();
    if (T5Config.named().values().stream().anyMatch(c -> c.dModel() == d) || fits(d, PAPER, n)) {
      return PAPER;
    }
    return IntStream.of(OTHERS)
        .filter(factor -> fits(d, factor, ALL_N) && fits(d, factor, n))
        .findFirst()
        .orElseGet(
            () ->
                IntStream.of(OTHERS)
                    .filter(factor -> fits(d, factor, n))
                    .findFirst()
                    .orElseThrow(() -> noReduction(d, n)));
  }

  private static boolean fits(int d, int factor, int n) {
    return d / factor > 0 && d / factor % n == 0;
  }

  private static UserException noReduction(int d, int n) {
    return UserException.usage(
        "no reduction factor of 32, 16, 8, 4 gives a bottleneck of d_model "
            + d
            + " that n="
            + n
            + " divides; give reduction=...");
  }

  /** The bottleneck k = floor(d / reductionFactor), checked to be positive and divisible by n. */
  static int size(T5Config config, int reductionFactor, int n) {
    requireDivisible(config, n);
    int size = config.dModel() / reductionFactor;
    if (size == 0) {
      throw UserException.usage(
          "reduction=" + reductionFactor + " leaves no bottleneck of d_model " + config.dModel());
    }
    if (size % n != 0) {
      throw UserException.usage(
          "bottleneck "
              + size
              + " (d_model "
              + config.dModel()
              + " / reduction "
              + reductionFactor
              + ") is not divisible by n="
              + n
              + "; n that work: "
              + divisors(config.dModel(), size));
    }
    return size;
  }

  private static void requireDivisible(T5Config config, int n) {
    if (config.dModel() % n != 0) {
      throw UserException.usage(
          "d_model "
              + config.dModel()
              + " is not divisible by n="
              + n
              + "; n that work: "
              + divisors(config.dModel(), config.dModel()));
    }
  }

  private static String divisors(int a, int b) {
    return IntStream.rangeClosed(1, 16)
        .filter(n -> a % n == 0 && b % n == 0)
        .mapToObj(Integer::toString)
        .reduce((left, right) -> left + " " + right)
        .orElseThrow();
  }
}
