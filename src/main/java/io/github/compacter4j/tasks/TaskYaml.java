package io.github.compacter4j.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.YamlFile;
import io.github.compacter4j.metrics.Metric;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A task defined by its user in a few lines of YAML.
 *
 * @param name a word, for run folders and tables
 * @param template the pattern of the source
 * @param files the file of each split, beside the definition
 * @param file the one file that is split
 * @param split the rule: as-is, half, 1k or tenths; what the files suggest where missing
 * @param label the label's column; "label" where missing
 * @param labels the classes as they stand in the files
 * @param score the range of a score, instead of classes
 * @param metrics their names
 * @param source a note on where the data are from
 */
record TaskYaml(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String template,
    Map<String, String> files,
    String file,
    String split,
    String label,
    List<String> labels,
    Range score,
    @JsonProperty(required = true) List<String> metrics,
    String source) {
  private static final int MOST_STEPS = 1000;

  /** The name of the definition in a folder that is shipped. */
  static final String NAME = "task.yaml";

  /**
   * A score's range.
   *
   * @param from the lowest
   * @param to the highest
   * @param step what scores are rounded to
   */
  record Range(
      @JsonProperty(required = true) double from,
      @JsonProperty(required = true) double to,
      @JsonProperty(required = true) double step) {
    Score score() {
      int steps = (int) Math.round(1 / step);
      boolean whole = step > 0 && Math.abs(steps * step - 1) < 1e-9;
      if (!whole || !(from < to) || (to - from) * steps > MOST_STEPS) {
        throw new UserException(
            ("score: expected from < to, at most %d steps between them, and a step that divides 1,"
                    + " such as 0.5; found %s, %s, %s")
                .formatted(MOST_STEPS, from, to, step));
      }
      return new Score(from, to, steps, steps);
    }
  }

  /**
   * Reads a definition.
   *
   * @throws UserException naming the file and what is wrong with it
   */
  static Task read(Path file) {
    TaskYaml yaml = YamlFile.read(file, TaskYaml.class, "defines a task");
    try {
      return yaml.task(file);
    } catch (UserException e) {
      throw new UserException(file + ": " + e.getMessage());
    }
  }

  private Task task(Path definition) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new UserException(
          "name: expected a word of letters, digits, '.', '_' and '-', found '" + name + "'");
    }
    if (Tasks.builtIn().stream().anyMatch(task -> task.name().equalsIgnoreCase(name))) {
      throw new UserException("name: '" + name + "' is a built-in task's; expected another");
    }
    return Task.builder(name, template)
        .label(Objects.requireNonNullElse(label, TaskTable.LABEL))
        .target(target())
        .metrics(scored())
        .edition(edition())
        .definition(definition)
        .build();
  }

  private Target target() {
    if ((labels == null) == (score == null)) {
      throw new UserException("expected either labels or a score");
    }
    if (score != null) {
      return score.score();
    }
    if (labels.size() < 2 || !distinct(labels)) {
      throw new UserException("labels: expected at least two, all different, found " + labels);
    }
    return ClassLabels.of(labels.toArray(String[]::new));
  }

  private Metric[] scored() {
    List<Metric> usable =
        score != null
            ? List.of(Metric.PEARSON, Metric.SPEARMAN)
            : switch (labels.size()) {
              case 2 -> List.of(Metric.ACCURACY, Metric.MATTHEWS, Metric.F1);
              case 3 -> List.of(Metric.ACCURACY, Metric.MATTHEWS, Metric.F1_MULTICLASS);
              default -> List.of(Metric.ACCURACY, Metric.MATTHEWS);
            };
    if (metrics.isEmpty() || !distinct(metrics)) {
      throw new UserException("metrics: expected at least one, all different, found " + metrics);
    }
    return metrics.stream().map(name -> metric(name, usable)).toArray(Metric[]::new);
  }

  private static Metric metric(String name, List<Metric> usable) {
    List<String> known = usable.stream().map(m -> m.name().toLowerCase(Locale.ROOT)).toList();
    if (!known.contains(name)) {
      throw Names.unknown("metric", name, known);
    }
    return usable.get(known.indexOf(name));
  }

  private static boolean distinct(List<String> names) {
    return !names.contains(null) && names.stream().distinct().count() == names.size();
  }

  private Edition edition() {
    if ((files == null) == (file == null)) {
      throw new UserException("expected either files, one a split, or one file");
    }
    Map<Split, TaskFile> named = new EnumMap<>(Split.class);
    if (file != null) {
      named.put(Split.TRAIN, file(file));
    } else {
      files.forEach((key, value) -> named.put(Split.parse(key), file(value)));
    }
    return Edition.own(
        SplitRule.of(split, named.keySet()), named, Objects.requireNonNullElse(source, "own data"));
  }

  private static TaskFile file(String name) {
    try {
      return TaskFile.of(Path.of(Objects.toString(name, "")).toString(), 0);
    } catch (InvalidPathException e) {
      throw new UserException("files: expected the name of a file, found " + name);
    }
  }
}
