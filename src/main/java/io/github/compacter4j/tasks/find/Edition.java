package io.github.compacter4j.tasks.find;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A form in which a task's data exist.
 *
 * @param locations folders under a data folder where it may lie, the preferred one first; none for
 *     files that lie wherever the user says
 * @param official whether the files are the benchmark's own; their broken rows are dropped as the
 *     reference code does, in other files they are errors
 * @param files the file that a split is made from
 * @param others further published files: tests without labels
 * @param rule how the files become the three splits
 * @param note what to say of it beside its place: what an official form lacks, else where it is
 *     from; empty for nothing
 */
public record Edition(
    List<String> locations,
    boolean official,
    Map<Split, TaskFile> files,
    List<TaskFile> others,
    SplitRule rule,
    String note) {
  /** The name of the definition in a folder that is shipped. */
  static final String DEFINITION = "task.yaml";

  /** Keeps its own copies. */
  public Edition {
    locations = List.copyOf(locations);
    files = Map.copyOf(files);
    others = List.copyOf(others);
  }

  /** GLUE's own files {@code train.tsv}, {@code dev.tsv} and an unlabelled {@code test.tsv}. */
  public static Edition glue(String folder, SplitRule rule, int train, int dev, int test) {
    return official(
        List.of("glue/" + folder, "glue_partial/" + folder),
        rule,
        trainAndDev(TaskFile.of("train.tsv", train), TaskFile.of("dev.tsv", dev)),
        TaskFile.unlabelled("test.tsv", test));
  }

  /**
   * SuperGLUE's own files {@code train.jsonl}, {@code val.jsonl}, unlabelled {@code test.jsonl}.
   */
  public static Edition superGlue(String folder, SplitRule rule, int train, int val, int test) {
    return official(
        List.of("superglue/" + folder, "superglue_partial/" + folder),
        rule,
        trainAndDev(TaskFile.of("train.jsonl", train), TaskFile.of("val.jsonl", val)),
        TaskFile.unlabelled("test.jsonl", test));
  }

  /** A diagnostic set: one file of test rows. */
  public static Edition diagnostic(String location, TaskFile file) {
    return official(List.of(location), SplitRule.AS_IS, Map.of(Split.TEST, file));
  }

  /** A small set written for this project, defined in a file {@code task.yaml} of its folder. */
  public static Edition shipped(String folder) {
    return new Edition(List.of(folder), false, Map.of(), List.of(), SplitRule.AS_IS, "");
  }

  /** A user's own files. */
  public static Edition own(SplitRule rule, Map<Split, TaskFile> files, String note) {
    return new Edition(List.of(), false, files, List.of(), rule, note);
  }

  /** A benchmark's own files. */
  public static Edition official(
      List<String> locations, SplitRule rule, Map<Split, TaskFile> files, TaskFile... others) {
    return new Edition(locations, true, files, List.of(others), rule, "");
  }

  /** The files of training and validation. */
  public static Map<Split, TaskFile> trainAndDev(TaskFile train, TaskFile dev) {
    return Map.of(Split.TRAIN, train, Split.VALIDATION, dev);
  }

  /** This edition with a note. */
  public Edition withNote(String text) {
    return new Edition(locations, official, files, others, rule, text);
  }

  /** This edition, whose training and validation files have no header but these columns. */
  public Edition withoutHeader(String... columns) {
    Map<Split, TaskFile> changed = new EnumMap<>(files);
    changed.replaceAll((split, file) -> file.withoutHeader(columns));
    return new Edition(locations, official, changed, others, rule, note);
  }

  /** Whether a definition in its folder says what the files are. */
  boolean described() {
    return files.isEmpty();
  }

  /** The names of the files that must be there. */
  List<String> required() {
    if (described()) {
      return List.of(DEFINITION);
    }
    return Stream.of(Split.values())
        .filter(files::containsKey)
        .map(files::get)
        .flatMap(f -> Stream.concat(Stream.of(f.name()), f.ids().stream().map(DevIds::file)))
        .distinct()
        .toList();
  }
}
