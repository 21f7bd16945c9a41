package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tasks.DataStatus.Checksum;
import io.github.compacter4j.tasks.DataStatus.FileStatus;
import io.github.compacter4j.tasks.DataStatus.State;
import io.github.compacter4j.tasks.find.DataFinder;
import io.github.compacter4j.tasks.find.Edition;
import io.github.compacter4j.tasks.find.Found;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.find.SplitRule;
import io.github.compacter4j.tasks.find.TaskFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a task's files whole: their rows, their labels and their checksums. */
public final class DataCheck {
  private final Task task;
  private final Found found;
  private final Map<String, String> sums;
  private final Map<Split, Integer> fileRows = new EnumMap<>(Split.class);
  private final List<FileStatus> files = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private boolean whole = true;

  private DataCheck(Task task, Found found) {
    this.task = task;
    this.found = found;
    this.sums = found.checksums();
  }

  /** What a finder finds of each task of both benchmarks, missing ones too. */
  public static List<DataStatus> list(DataFinder finder) {
    return Tasks.all().stream()
        .map(
            task -> {
              try {
                return finder
                    .search(task)
                    .map(found -> new DataCheck(task, found).status())
                    .orElseGet(() -> nothing(task, State.MISSING, List.of()));
              } catch (UserException e) {
                return nothing(task, State.DAMAGED, List.of(e.getMessage()));
              }
            })
        .toList();
  }

  /**
   * Checks all that is in a folder of benchmarks, or in one task's own folder or zip.
   *
   * @throws UserException where the place is neither folder nor zip, or holds no task's files
   */
  public static List<DataStatus> verify(Path place) {
    DataFinder finder = DataFinder.in(place);
    List<DataStatus> all = new ArrayList<>();
    for (Task task : Tasks.all()) {
      try {
        finder.all(task).forEach(found -> all.add(new DataCheck(task, found).status()));
      } catch (UserException e) {
        all.add(nothing(task, State.DAMAGED, List.of(e.getMessage())));
      }
    }
    if (all.isEmpty()) {
      throw new UserException(
          place
              + ": expected folders such as glue/RTE or superglue/CB, or one such folder or its zip"
              + " under its own name; found no task's files");
    }
    return all;
  }

  private static DataStatus nothing(Task task, State state, List<String> problems) {
    return new DataStatus(task.name(), null, null, state, Map.of(), List.of(), problems);
  }

  private DataStatus status() {
    Edition edition = found.edition();
    for (Split split : Split.values()) {
      Optional.ofNullable(edition.files().get(split))
          .flatMap(file -> check(file, edition.rule().least(split)))
          .ifPresent(rows -> fileRows.put(split, rows));
    }
    if (edition.official() && !edition.note().isEmpty() && found.isWhole()) {
      problems.add(found.place() + ": " + edition.note());
    }
    boolean readable = fileRows.size() == edition.files().size();
    edition.others().forEach(file -> check(file, 1));
    State state =
        !readable
            ? State.DAMAGED
            : !edition.official()
                ? State.OTHER
                : whole && edition.note().isEmpty() ? State.COMPLETE : State.PARTIAL;
    return new DataStatus(
        task.name(),
        found.place(),
        found.at().toString(),
        state,
        readable ? splits() : Map.of(),
        files,
        problems);
  }

  /** The rows of a file, empty where it cannot be read. */
  private Optional<Integer> check(TaskFile file, int least) {
    if (!found.has(file)) {
      files.add(new FileStatus(file.name(), null, file.rows(), null, null, List.of()));
      whole = false;
      mismatch(file, "found no file");
      return Optional.empty();
    }
    try {
      Rows rows = TaskTable.read(task, found, file);
      found.edition().rule().require(least, rows);
      TaskTable.of(task, rows, file.labelled());
      add(file, rows);
      return Optional.of(rows.size());
    } catch (UserException e) {
      problems.add(found.located(e).getMessage());
      files.add(new FileStatus(file.name(), null, file.rows(), null, null, List.of()));
      return Optional.empty();
    }
  }

  private void add(TaskFile file, Rows rows) {
    String recorded = sums.getOrDefault(file.name(), "");
    Checksum checksum =
        recorded.isEmpty()
            ? Checksum.UNRECORDED
            : recorded.equals(rows.sha256()) ? Checksum.OFFICIAL : Checksum.DIFFERENT;
    files.add(
        new FileStatus(
            file.name(), rows.size(), file.rows(), rows.sha256(), checksum, rows.dropped()));
    if (rows.size() != file.rows()) {
      whole = false;
      mismatch(file, "found %,d".formatted(rows.size()));
    }
    if (checksum == Checksum.DIFFERENT && found.isWhole()) {
      problems.add(
          "%s/%s: expected the SHA-256 %s, found %s"
              .formatted(found.place(), file.name(), recorded, rows.sha256()));
    }
  }

  /** A part of a set need not be whole. */
  private void mismatch(TaskFile file, String what) {
    if (found.isWhole()) {
      problems.add(
          "%s/%s: expected %,d rows, %s".formatted(found.place(), file.name(), file.rows(), what));
    }
  }

  private Map<String, Integer> splits() {
    Map<String, Integer> splits = new LinkedHashMap<>();
    SplitRule rule = found.edition().rule();
    for (Split split : Split.values()) {
      if (rule != SplitRule.AS_IS || fileRows.containsKey(split)) {
        splits.put(split.toString(), rule.part(split, fileRows, task.dataSeed()).rows().length);
      }
    }
    return splits;
  }
}
