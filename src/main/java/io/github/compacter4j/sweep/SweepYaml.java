package io.github.compacter4j.sweep;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.YamlFile;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * A sweep as its user writes it; one value may stand for a list of one.
 *
 * @param model bundled, a folder, or a name on the hub
 * @param methods with options in brackets, or all
 * @param tasks names or definitions; a name with a number or a list of numbers keeps so many
 *     training rows
 * @param seeds of initialisation, order and dropout
 * @param sizes numbers of training rows of the tasks that have none of their own
 * @param protocol its name
 * @param settings settings of the protocol; a list makes as many cells of each
 * @param dataSeed a number, or run for the cell's own seed
 * @param precision float32 or bf16
 * @param pooling of an encoder: mean or cls
 * @param data folder of the data
 */
record SweepYaml(
    String model,
    @JsonProperty(required = true) List<String> methods,
    @JsonProperty(required = true) List<JsonNode> tasks,
    List<Long> seeds,
    List<Integer> sizes,
    String protocol,
    Map<String, JsonNode> settings,
    String dataSeed,
    String precision,
    String pooling,
    String data) {
  /** Reads a sweep, and checks all that can be checked without its model and data. */
  static SweepSettings read(Path file) {
    SweepYaml yaml = YamlFile.read(file, SweepYaml.class, "describes a sweep");
    try {
      SweepSettings sweep = yaml.sweep();
      sweep.cells();
      return sweep;
    } catch (UserException e) {
      throw new UserException(file + ": " + e.getMessage());
    }
  }

  private SweepSettings sweep() {
    SweepSettings usual = SweepSettings.of(or(model, T5.BUNDLED));
    boolean dataSeedOfRun = "run".equals(dataSeed);
    return SweepSettingsBuilder.builder(usual)
        .methods(methods)
        .tasks(tasks.stream().flatMap(node -> tasks(node).stream()).toList())
        .seeds(or(seeds, usual.seeds()))
        .sizes(or(sizes, usual.sizes()))
        .protocol(or(protocol, usual.protocol()))
        .precision(or(precision, usual.precision()))
        .pooling(pooling)
        .data(data == null ? null : Path.of(data))
        .dataSeedOfRun(dataSeedOfRun)
        .dataSeed(dataSeed == null || dataSeedOfRun ? null : number(dataSeed))
        .settings(settings == null ? Map.of() : values(settings))
        .build();
  }

  private static <T> T or(T given, T usual) {
    return given == null ? usual : given;
  }

  private static Long number(String dataSeed) {
    try {
      return Long.valueOf(dataSeed);
    } catch (NumberFormatException e) {
      throw new UserException("dataSeed: expected a number or run, found '" + dataSeed + "'");
    }
  }

  private static Map<String, List<?>> values(Map<String, JsonNode> settings) {
    Map<String, List<?>> values = new LinkedHashMap<>();
    settings.forEach(
        (name, node) -> values.put(name, values(node).stream().map(SweepYaml::scalar).toList()));
    return values;
  }

  /** A name, or names with numbers of training rows: {@code sst2: [100, 500]}. */
  private static List<Task> tasks(JsonNode node) {
    if (node.isTextual()) {
      return List.of(Tasks.named(node.asText()));
    }
    if (!node.isObject()) {
      throw new UserException("tasks: expected a name, or a name with rows, found " + node);
    }
    List<Task> sized = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      Task task = Tasks.named(entry.getKey());
      for (JsonNode rows : values(entry.getValue())) {
        if (!rows.isInt()) {
          throw new UserException(
              "tasks, %s: expected numbers of rows, found %s".formatted(entry.getKey(), rows));
        }
        sized.add(task.withMaxTrainSamples(rows.asInt()));
      }
    }
    return sized;
  }

  private static Object scalar(JsonNode node) {
    return node.isNumber()
        ? node.numberValue()
        : node.isBoolean() ? (Object) node.booleanValue() : node.asText();
  }

  private static List<JsonNode> values(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false).toList()
        : List.of(node);
  }
}
