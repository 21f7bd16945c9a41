package io.github.compacter4j.methods;

import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.T5Config;
import java.util.stream.IntStream;

/** The inner width of adapters: d_model over a reduction factor. */
final class Bottleneck {
  private static final int[] AUTOMATIC = {32, 16, 8, 4};

  private Bottleneck() {}

  /**
   * The reduction factor that {@code auto} means: the first of 32, 16, 8, 4 whose bottleneck n
   * divides. Published sizes always take 32, as the paper does.
   */
  static int automaticReduction(T5Config config, int n) {
    requireDivisible(config, n);
    if (T5Config.named().values().stream().anyMatch(c -> c.dModel() == config.dModel())) {
      return AUTOMATIC[0];
    }
    return IntStream.of(AUTOMATIC)
        .filter(factor -> config.dModel() / factor > 0 && config.dModel() / factor % n == 0)
        .findFirst()
        .orElseThrow(
            () ->
                UserException.usage(
                    "no reduction factor of 32, 16, 8, 4 gives a bottleneck of d_model "
                        + config.dModel()
                        + " that n="
                        + n
                        + " divides; give reduction=..."));
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
