package io.github.compacter4j.tasks;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.tasks.find.TaskYaml;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;

/** A task from the file in which its user defines it. */
final class OwnTask {
  private static final int MOST_STEPS = 1000;

  private OwnTask() {}

  /**
   * Reads a definition.
   *
   * @param taken whether a name is that of another task
   * @throws UserException naming the file and what is wrong with it
   */
  static Task read(Path file, Predicate<String> taken) {
    TaskYaml yaml = TaskYaml.read(file);
    try {
      return task(yaml, file, taken);
    } catch (UserException e) {
      throw new UserException(file + ": " + e.getMessage());
    }
  }

  private static Task task(TaskYaml yaml, Path definition, Predicate<String> taken) {
    if (!yaml.name().matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new UserException(
          "name: expected a word of letters, digits, '.', '_' and '-', found '"
              + Names.shortened(yaml.name())
              + "'");
    }
    if (taken.test(yaml.name())) {
      throw new UserException("name: '" + yaml.name() + "' is a built-in task's; expected another");
    }
    Template template = new Template(yaml.template());
    return Task.builder(yaml.name(), yaml.template())
        .pair(yaml.pair() == null ? null : PairTemplate.of(template, yaml.pair()))
        .label(Objects.requireNonNullElse(yaml.label(), Target.LABEL))
        .target(target(yaml))
        .metrics(metrics(yaml))
        .edition(yaml.edition())
        .definition(definition)
        .build();
  }

  private static Target target(TaskYaml yaml) {
    List<String> labels = yaml.labels();
    if ((labels == null) == (yaml.score() == null)) {
      throw new UserException("expected either labels or a score");
    }
    if (yaml.score() != null) {
      return score(yaml.score());
    }
    if (labels.size() < 2 || !distinct(labels)) {
      throw new UserException(
          "labels: expected at least two, all different, found "
              + Names.shortened(labels.toString()));
    }
    return ClassLabels.of(labels.toArray(String[]::new));
  }

  private static Score score(TaskYaml.Range range) {
    int steps = (int) Math.round(1 / range.step());
    boolean whole = range.step() > 0 && Math.abs(steps * range.step() - 1) < 1e-9;
    if (!whole
        || !(range.from() < range.to())
        || (range.to() - range.from()) * steps > MOST_STEPS) {
      throw new UserException(
          ("score: expected from < to, at most %d steps between them, and a step that divides 1,"
                  + " such as 0.5; found %s, %s, %s")
              .formatted(MOST_STEPS, range.from(), range.to(), range.step()));
    }
    return new Score(range.from(), range.to(), steps, steps);
  }

  private static Metric[] metrics(TaskYaml yaml) {
    List<Metric> usable =
        yaml.score() != null
            ? List.of(Metric.PEARSON, Metric.SPEARMAN)
            : switch (yaml.labels().size()) {
              case 2 -> List.of(Metric.ACCURACY, Metric.MATTHEWS, Metric.F1);
              case 3 -> List.of(Metric.ACCURACY, Metric.MATTHEWS, Metric.F1_MULTICLASS);
              default -> List.of(Metric.ACCURACY, Metric.MATTHEWS);
            };
    List<String> names = yaml.metrics();
    if (names.isEmpty() || !distinct(names)) {
      throw new UserException(
          "metrics: expected at least one, all different, found "
              + Names.shortened(names.toString()));
    }
    return names.stream().map(name -> metric(name, usable)).toArray(Metric[]::new);
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
}
