package io.github.compacter4j.tasks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A published form of a task's data.
 *
 * @param locations folders under a data folder where it may lie, the preferred one first
 * @param official whether it is the benchmark's own set
 * @param files its file for each split
 * @param rows how many rows each file has when complete
 * @param rule how the files become the three splits of the paper
 */
public record Edition(
    List<String> locations,
    boolean official,
    Map<Split, TaskFile> files,
    Map<Split, Integer> rows,
    SplitRule rule) {
  /** Keeps its own copies. */
  public Edition {
    locations = List.copyOf(locations);
    files = Map.copyOf(files);
    rows = Map.copyOf(rows);
  }

  /** GLUE's own files {@code train.tsv}, {@code dev.tsv} and an unlabelled {@code test.tsv}. */
  public static Edition glue(String folder, SplitRule rule, int train, int dev, int test) {
    return new Edition(
        List.of("glue/" + folder, "glue_partial/" + folder),
        true,
        perSplit(TaskFile.of("train.tsv"), TaskFile.of("dev.tsv"), TaskFile.of("test.tsv")),
        perSplit(train, dev, test),
        rule);
  }

  /** A small set written for this project: three labelled files with a header, used as they are. */
  public static Edition shipped(String folder, int train, int validation, int test) {
    return new Edition(
        List.of(folder),
        false,
        perSplit(TaskFile.of("train.tsv"), TaskFile.of("validation.tsv"), TaskFile.of("test.tsv")),
        perSplit(train, validation, test),
        SplitRule.AS_IS);
  }

  /** The same edition, whose training and validation files have no header but these columns. */
  public Edition withoutHeader(String... columns) {
    Map<Split, TaskFile> changed = new EnumMap<>(files);
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      changed.put(split, new TaskFile(files.get(split).name(), List.of(columns)));
    }
    return new Edition(locations, official, changed, rows, rule);
  }

  /** The splits whose files are labelled and read: the official test file mostly is not. */
  List<Split> labelled() {
    return rule == SplitRule.AS_IS
        ? List.of(Split.values())
        : List.of(Split.TRAIN, Split.VALIDATION);
  }

  private static <T> Map<Split, T> perSplit(T train, T validation, T test) {
    return Map.of(Split.TRAIN, train, Split.VALIDATION, validation, Split.TEST, test);
  }
}
