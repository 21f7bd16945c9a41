package io.github.compacter4j.tasks.find;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the labelled files of a task become training, validation and test rows (reference code's
 * split_validation_test).
 */
public enum SplitRule {
  /** Small sets: a shuffled half of the validation file is validation, the rest is test. */
  HALF("half", Set.of(Split.TRAIN, Split.VALIDATION)),
  /** Large sets: 1,000 shuffled training rows are validation, the validation file is test. */
  FIRST_1000("1k", Set.of(Split.TRAIN, Split.VALIDATION)),
  /** One file of a user's: a shuffled tenth is validation, another one test, the rest training. */
  TENTHS("tenths", Set.of(Split.TRAIN)),
  /** Every file is its own split. */
  AS_IS("as-is", Set.of(Split.values()));

  private static final int HELD_OUT = 1000;

  private final String key;
  private final Set<Split> files;

  SplitRule(String key, Set<Split> files) {
    this.key = key;
    this.files = files;
  }

  /**
   * The rule for a user's files.
   *
   * @param name its name in a definition; where null, the first one that these files allow
   * @throws UserException (wrong usage) for an unknown name or other files than the rule needs
   */
  static SplitRule of(String name, Set<Split> files) {
    List<String> known = Arrays.stream(values()).map(rule -> rule.key).toList();
    if (name != null && !known.contains(name)) {
      throw Names.unknown("split", name, known);
    }
    return Arrays.stream(values())
        .filter(rule -> rule.files.equals(files) && (name == null || rule.key.equals(name)))
        .findFirst()
        .orElseThrow(
            () ->
                UserException.usage(
                    "files: expected train, validation and test, or train and validation (split half"
                        + " or 1k), or one file (split tenths); found %s, split %s"
                            .formatted(files, name)));
  }

  /**
   * The rows of a split.
   *
   * @param file the split whose file holds them
   * @param rows row numbers in that file from 0, in order of use
   */
  public record Part(Split file, int[] rows) {}

  /** The fewest rows that a split's file must have. */
  public int least(Split file) {
    return switch (this) {
      case AS_IS -> 1;
      case HALF -> file == Split.VALIDATION ? 2 : 1;
      case FIRST_1000 -> file == Split.TRAIN ? HELD_OUT + 1 : 1;
      case TENTHS -> 10;
    };
  }

  /** Checks that a file has the fewest rows that the rule asks for. */
  public void require(int least, Rows rows) {
    rows.requireRows(least, "the split " + key);
  }

  /**
   * Chooses the rows of a split before any low-resource subset is taken.
   *
   * @param sizes data rows of each labelled file, at least {@link #least} of them
   */
  public Part part(Split split, Map<Split, Integer> sizes, long seed) {
    return switch (this) {
      case AS_IS -> whole(split, sizes);
      case HALF -> split == Split.TRAIN ? whole(split, sizes) : half(split, sizes, seed);
      case FIRST_1000 ->
          split == Split.TEST ? whole(Split.VALIDATION, sizes) : heldOut(split, sizes, seed);
      case TENTHS -> tenths(split, sizes.get(Split.TRAIN), seed);
    };
  }

  /** Whether the rows of a split come in shuffled order. */
  public boolean shuffles(Split split) {
    return switch (this) {
      case AS_IS -> false;
      case HALF -> split != Split.TRAIN;
      case FIRST_1000 -> split != Split.TEST;
      case TENTHS -> true;
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

  private static Part tenths(Split split, int size, long seed) {
    int[] shuffled = Permutation.of(size, seed);
    int tenth = size / 10;
    return new Part(
        Split.TRAIN,
        switch (split) {
          case VALIDATION -> Arrays.copyOf(shuffled, tenth);
          case TEST -> Arrays.copyOfRange(shuffled, tenth, 2 * tenth);
          case TRAIN -> Arrays.copyOfRange(shuffled, 2 * tenth, size);
        });
  }

  private static Part cut(Split file, int size, int first, boolean takeFirst, long seed) {
    int[] shuffled = Permutation.of(size, seed);
    return new Part(
        file,
        takeFirst ? Arrays.copyOf(shuffled, first) : Arrays.copyOfRange(shuffled, first, size));
  }
}
