package io.github.compacter4j.notebook;

import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.RunPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Small tables of values that a cell ends with: what each part is. */
final class ValueTables {
  private ValueTables() {}

  /** What the model reads and is to write. */
  static Table of(Example example) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("source", example.source());
    parts.put("target", example.target());
    List<String> answers = example.reference().answers();
    if (answers.size() > 1) {
      parts.put("also right", String.join("; ", answers));
    }
    return table("Example", parts);
  }

  /** How a row becomes text, and how it is scored. */
  static Table of(Task task) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("template", task.template().toString());
    parts.put("label", task.target().expected());
    parts.put("metrics", metrics(task));
    parts.put(
        "training rows",
        task.maxTrainSamples().isPresent()
            ? "at most " + task.maxTrainSamples().getAsInt()
            : "all");
    parts.put("data seed", Long.toString(task.dataSeed()));
    return table("Task " + task.name(), parts);
  }

  private static String metrics(Task task) {
    return task.metrics().stream()
        .map(metric -> metric.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /** What a run is to do, before it is run. */
  static Table of(RunPlan plan) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("task", plan.task().name());
    parts.put("method", plan.method().toString());
    parts.put("model", plan.model().name());
    parts.put("protocol", plan.protocol().describe());
    parts.put("seed", Long.toString(plan.seed()));
    parts.put("precision", plan.precision());
    return table("A run to be started by run()", parts);
  }

  private static Table table(String title, Map<String, String> parts) {
    return Table.create(title)
        .addColumns(
            StringColumn.create("part", new ArrayList<>(parts.keySet())),
            StringColumn.create("value", new ArrayList<>(parts.values())));
  }
}
