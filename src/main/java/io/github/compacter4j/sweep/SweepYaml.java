package io.github.compacter4j.sweep;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.YamlFile;
import io.github.compacter4j.hub.ModelFolders;
import io.github.compacter4j.learner.ModelFiles;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.sweep.slurm.SlurmSettings;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A sweep as its user writes it; one value may stand for a list of one.
 *
 * @param model bundled, a folder, or a name on the hub
 * @param methods with options in brackets; paper, all or every for lists of them
 * @param beside methods that run as they are, whatever the budget is
 * @param budget most parameters that methods train: a number, or a method whose number it is
 * @param norms whether norms train beside methods: all or none; what each does where missing
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
 * @param slurm how cells become jobs of Slurm
 */
record SweepYaml(
    String model,
    @JsonProperty(required = true) List<String> methods,
    List<String> beside,
    List<String> budget,
    String norms,
    @JsonProperty(required = true) List<JsonNode> tasks,
    List<Long> seeds,
    List<Integer> sizes,
    String protocol,
    Map<String, JsonNode> settings,
    String dataSeed,
    String precision,
    String pooling,
    String data,
    SlurmSettings slurm) {
  /**
   * Reads a sweep, and checks all that can be checked without its model and data.
   *
   * @param folder where its relative paths start
   */
  static SweepSettings read(Path file, Path folder) {
    SweepYaml yaml = YamlFile.read(file, SweepYaml.class, "describes a sweep");
    return yaml.new Reader(file, folder).sweep();
  }

  /** Takes one key after the other, so that a mistake is told with its line. */
  private final class Reader {
    private final Path file;
    private final Path folder;
    private final Map<String, Integer> lines;
    private SweepSettings sweep;

    Reader(Path file, Path folder) {
      this.file = file;
      this.folder = folder.toAbsolutePath();
      lines = YamlFile.lines(file);
    }

    SweepSettings sweep() {
      inLineOf("model", () -> sweep = SweepSettings.of(model == null ? T5.BUNDLED : model(model)));
      take("methods", methods, SweepSettingsBuilder::methods);
      take("beside", beside, SweepSettingsBuilder::beside);
      take("budget", budget, SweepSettingsBuilder::budgets);
      take("norms", norms, SweepSettingsBuilder::norms);
      take(
          "tasks",
          tasks,
          (copy, nodes) -> copy.tasks(nodes.stream().flatMap(this::tasks).toList()));
      take("seeds", seeds, SweepSettingsBuilder::seeds);
      take("sizes", sizes, SweepSettingsBuilder::sizes);
      take("protocol", protocol, SweepSettingsBuilder::protocol);
      take("precision", precision, SweepSettingsBuilder::precision);
      take("pooling", pooling, SweepSettingsBuilder::pooling);
      take("data", data, (copy, place) -> copy.data(beside(place)));
      take("slurm", slurm, (copy, given) -> copy.slurm(given.beside(folder)));
      take("dataSeed", dataSeed, SweepYaml::withDataSeed);
      SizedMethods[] sized = new SizedMethods[1];
      inLineOf(budget == null ? "methods" : "budget", () -> sized[0] = sweep.sized());
      take("settings", settings, (copy, given) -> copy.settings(values(given)));
      inLineOf(settings == null ? "seeds" : "settings", () -> sweep.cells(sized[0]));
      return sweep;
    }

    private Path beside(String path) {
      return folder.resolve(path).normalize();
    }

    /** A folder beside the file, or one that can be nothing else; else a name. */
    private String model(String name) {
      Path place = beside(name);
      boolean known = name.equals(ModelFiles.BUNDLED) || name.equals(ModelFolders.MINILM);
      return name.startsWith(".") || (!known && Files.isDirectory(place)) ? place.toString() : name;
    }

    private Task task(String name) {
      return Tasks.named(Tasks.isFile(name) ? beside(name).toString() : name);
    }

    /** A name, or names with numbers of training rows: {@code sst2: [100, 500]}. */
    private Stream<Task> tasks(JsonNode node) {
      if (node.isTextual()) {
        return Stream.of(task(node.asText()));
      }
      if (!node.isObject()) {
        throw new UserException(
            "expected a name, or a name with rows, found " + Names.shortened(node.toString()));
      }
      List<Task> sized = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        Task task = task(entry.getKey());
        for (JsonNode rows : values(entry.getValue())) {
          if (!rows.isInt()) {
            throw new UserException(
                "%s: expected numbers of rows, found %s"
                    .formatted(Names.shortened(entry.getKey()), Names.shortened(rows.toString())));
          }
          sized.add(task.withMaxTrainSamples(rows.asInt()));
        }
      }
      return sized.stream();
    }

    private <T> void take(
        String key, T value, BiFunction<SweepSettingsBuilder, T, SweepSettingsBuilder> change) {
      if (value != null) {
        inLineOf(
            key, () -> sweep = change.apply(SweepSettingsBuilder.builder(sweep), value).build());
      }
    }

    private void inLineOf(String key, Runnable step) {
      try {
        step.run();
      } catch (UserException e) {
        throw lines.containsKey(key)
            ? UserException.inLine(file, lines.get(key), key + ": " + e.getMessage())
            : new UserException(file + ": " + e.getMessage());
      }
    }
  }

  private static SweepSettingsBuilder withDataSeed(SweepSettingsBuilder copy, String dataSeed) {
    return dataSeed.equals("run") ? copy.dataSeedOfRun(true) : copy.dataSeed(number(dataSeed));
  }

  private static Long number(String dataSeed) {
    try {
      return Long.valueOf(dataSeed);
    } catch (NumberFormatException e) {
      throw new UserException(
          "expected a number or run, found '" + Names.shortened(dataSeed) + "'");
    }
  }

  private static Map<String, List<?>> values(Map<String, JsonNode> settings) {
    Map<String, List<?>> values = new LinkedHashMap<>();
    settings.forEach(
        (name, node) -> values.put(name, values(node).stream().map(SweepYaml::scalar).toList()));
    return values;
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
