package io.github.compacter4j.tasks;

import java.util.Arrays;
import java.util.Map;

/**
 * How the labelled files of a task become training, validation and test rows (reference code's
 * split_validation_test).
 */
public enum SplitRule {
  /** Small sets: a shuffled half of the validation file is validation, the rest is test. */
  HALF,
  /** Large sets: 1,000 shuffled training rows are validation, the validation file is test. */
  FIRST_1000,
  /** Every file is its own split. */
  AS_IS;

  private static final int HELD_OUT = 1000;

  /**
   * The rows of a split.
   *
   * @param file the split whose file holds them
   * @param rows row numbers in that file from 0, in order of use
   */
  record Part(Split file, int[] rows) {}

  /** The fewest rows that a split's file must have. */
  int least(Split file) {
    return switch (this) {
      case AS_IS -> 1;
      case HALF -> file == Split.VALIDATION ? 2 : 1;
      case FIRST_1000 -> file == Split.TRAIN ? HELD_OUT + 1 : 1;
    };
  }

  /**
   * Chooses the rows of a split before any low-resource subset is taken.
   *
   * @param sizes data rows of each labelled file, at least {@link #least} of them
   */
  Part part(Split split, Map<Split, Integer> sizes, long seed) {
    return switch (this) {
      case AS_IS -> whole(split, sizes);
      case HALF -> split == Split.TRAIN ? whole(split, sizes) : half(split, sizes, seed);
      case FIRST_1000 ->
          split == Split.TEST ? whole(Split.VALIDATION, sizes) : heldOut(split, sizes, seed);
    };
  }

  private static Part whole(Split file, Map<Split, Integer> sizes) {
    int[] rows = new int[sizes.get(file)];
    Arrays.setAll(rows, i -> i);
    return new Part(file, rows);
  }

  private static Part half(Split split, Map<Split, Integer> sizes, long seed) {
    int size = sizes.get(Split.VALIDATION);
    return cut(Split.VALIDATION, size, size / 2, split == Split.VALIDATION, seed);
  }

  private static Part heldOut(Split split, Map<Split, Integer> sizes, long seed) {
    return cut(Split.TRAIN, sizes.get(Split.TRAIN), HELD_OUT, split == Split.VALIDATION, seed);
  }

  private static Part cut(Split file, int size, int first, boolean takeFirst, long seed) {
    int[] shuffled = Permutation.of(size, seed);
    return new Part(
        file,
        takeFirst ? Arrays.copyOf(shuffled, first) : Arrays.copyOfRange(shuffled, first, size));
  }
}
