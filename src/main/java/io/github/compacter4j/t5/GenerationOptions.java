package io.github.compacter4j.t5;

/**
 * How to generate.
 *
 * @param maxLength most ids of a result, the start id included
 * @param beams 1 for greedy search
 * @param lengthPenalty exponent of the length by which a beam's score is divided
 * @param earlyStopping end a row as soon as it has {@code beams} finished results
 * @param returned results for each row, at most {@code beams}
 */
public record GenerationOptions(
    int maxLength, int beams, double lengthPenalty, boolean earlyStopping, int returned) {

  /** Checks ranges. */
  public GenerationOptions {
    if (maxLength < 2 || beams < 1 || returned < 1 || returned > beams) {
      throw new IllegalArgumentException(
          "expected maxLength >= 2 and 1 <= returned <= beams, found "
              + maxLength
              + ", "
              + returned
              + ", "
              + beams);
    }
  }

  /** Greedy search up to this many ids. */
  public static GenerationOptions greedy(int maxLength) {
    return new GenerationOptions(maxLength, 1, 1, false, 1);
  }

  /** Beam search up to this many ids. */
  public static GenerationOptions beam(int beams, int maxLength) {
    return new GenerationOptions(maxLength, beams, 1, false, 1);
  }
}
