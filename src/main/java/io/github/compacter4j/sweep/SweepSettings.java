package io.github.compacter4j.sweep;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.learner.Family;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.sweep.slurm.SlurmSettings;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the cells of a sweep are made of.
 *
 * @param model {@code bundled}, a folder, or a name on the hub
 * @param methods with options in brackets; {@code paper} or {@code all} are the paper's, {@code
 *     every} all that there are
 * @param beside methods that no budget sizes
 * @param budgets most parameters that methods train, as numbers or as methods that train so many;
 *     none to leave their sizes as they are
 * @param norms whether norms train beside methods, {@code all} or {@code none}; null for what each
 *     does
 * @param tasks those that have a number of training rows keep it whatever the sizes are
 * @param sizes numbers of training rows; none for all rows
 * @param seeds of initialisation, order and dropout
 * @param settings of the protocol, each with the values that make cells of their own
 * @param protocol its name
 * @param dataSeed of splits and subsets; null for the tasks' own
 * @param dataSeedOfRun whether splits and subsets follow each cell's own seed
 * @param precision {@code float32} or {@code bf16}
 * @param pooling how an encoder's states become one vector; null for the model's usual way
 * @param data folder of the data; null for the usual places
 * @param slurm how cells become jobs; null where the file does not say
 */
@RecordBuilder
record SweepSettings(
    String model,
    List<String> methods,
    List<String> beside,
    List<String> budgets,
    String norms,
    List<Task> tasks,
    List<Integer> sizes,
    List<Long> seeds,
    Map<String, List<?>> settings,
    String protocol,
    Long dataSeed,
    boolean dataSeedOfRun,
    String precision,
    String pooling,
    Path data,
    SlurmSettings slurm) {

  /** Of all families; that of the model says which of them it has. */
  private static final List<String> KNOWN_PROTOCOLS =
      Arrays.stream(Family.values())
          .flatMap(family -> family.protocols().stream())
          .distinct()
          .toList();

  /** Refuses names that do not exist. */
  SweepSettings {
    methods.forEach(Methods::named);
    beside.forEach(Methods::named);
    budgets.forEach(SizedMethods::requireBudget);
    SizedMethods.requireNorms(norms);
    if (!KNOWN_PROTOCOLS.contains(protocol)) {
      throw Names.unknown("protocol", protocol, KNOWN_PROTOCOLS);
    }
    if (!FineTuning.PRECISIONS.contains(precision)) {
      throw Names.unknown("precision", precision, FineTuning.PRECISIONS);
    }
    requirePooling(model, pooling);
  }

  private static void requirePooling(String model, String pooling) {
    if (pooling != null && Family.of(model) != Family.ENCODER) {
      throw UserException.usage("model %s is no encoder, so it has no pooling".formatted(model));
    }
    if (pooling != null) {
      Pooling.named(pooling);
    }
  }

  /** Of a model, without methods and tasks. */
  static SweepSettings of(String model) {
    List<Task> tasks = List.of();
    List<Long> seeds = List.of(42L);
    String protocol = Family.of(model).usualProtocol(model);
    String precision = FineTuning.PRECISIONS.get(0);
    return new SweepSettings(
        model, List.of(), List.of(), List.of(), null, tasks, List.of(), seeds, Map.of(), protocol,
        null, false, precision, null, null, null);
  }

  /** The methods at their sizes. */
  SizedMethods sized() {
    return SizedMethods.of(model, methods, beside, budgets, norms);
  }

  /**
   * All cells: the first seed with the first budget, all tasks and methods, then the next budget,
   * then the next seed, so that a sweep that is cut short has whole columns.
   *
   * @throws UserException (wrong usage) for no cells, two of one name, an unknown setting or a
   *     value out of its range
   */
  List<Cell> cells(SizedMethods sized) {
    List<Cell> cells = new ArrayList<>();
    for (long seed : seeds) {
      for (List<MethodSpec> group : sized.groups()) {
        cells.addAll(cells(seed, group));
      }
    }
    if (cells.isEmpty()) {
      throw UserException.usage("a sweep needs methods, tasks and seeds");
    }
    requireDistinct(cells);
    return cells;
  }

  private List<Cell> cells(long seed, List<MethodSpec> methods) {
    Family family = Family.of(model);
    List<Cell> cells = new ArrayList<>();
    for (Task task : tasks.stream().flatMap(this::sized).toList()) {
      for (MethodSpec method : methods) {
        combinations().forEach(changes -> cells.add(cell(family, task, seed, method, changes)));
      }
    }
    return cells;
  }

  private static void requireDistinct(List<Cell> cells) {
    Set<String> names = new HashSet<>();
    for (Cell cell : cells) {
      if (!names.add(cell.name())) {
        throw UserException.usage("two cells are named " + cell.name());
      }
    }
  }

  private Stream<Task> sized(Task task) {
    return sizes.isEmpty() || task.maxTrainSamples().isPresent()
        ? Stream.of(task)
        : sizes.stream().map(task::withMaxTrainSamples);
  }

  /** Every choice of one value for each setting. */
  private List<Map<String, Object>> combinations() {
    List<Map<String, Object>> all = List.of(Map.of());
    for (Map.Entry<String, List<?>> setting : settings.entrySet()) {
      List<Map<String, Object>> longer = new ArrayList<>();
      for (Map<String, Object> some : all) {
        for (Object value : setting.getValue()) {
          Map<String, Object> more = new LinkedHashMap<>(some);
          more.put(setting.getKey(), value);
          longer.add(more);
        }
      }
      all = longer;
    }
    return all;
  }

  private Cell cell(
      Family family, Task asked, long seed, MethodSpec spec, Map<String, Object> changes) {
    Task task =
        dataSeedOfRun
            ? asked.withDataSeed(seed)
            : dataSeed == null ? asked : asked.withDataSeed(dataSeed);
    Protocol changed = family.protocol(protocol, spec, task);
    for (Map.Entry<String, Object> change : changes.entrySet()) {
      changed = changed.with(change.getKey(), change.getValue());
    }
    return new Cell(
        name(task, seed, spec, changes),
        model,
        Methods.of(spec),
        task,
        seed,
        changed,
        precision,
        pooling,
        data);
  }

  /** Options as they are written, and the settings that have several values. */
  private String name(Task task, long seed, MethodSpec spec, Map<String, Object> changes) {
    StringBuilder name = new StringBuilder(task.name());
    task.maxTrainSamples().ifPresent(rows -> name.append('-').append(rows));
    name.append('/').append(spec.name());
    spec.options().forEach((option, value) -> append(name, option, value));
    changes.forEach(
        (setting, value) -> {
          if (settings.get(setting).size() > 1) {
            append(name, setting, value);
          }
        });
    return name.append("-s").append(seed).toString();
  }

  private static void append(StringBuilder name, String key, Object value) {
    String safe = value.toString().replaceAll("[^A-Za-z0-9._+-]", "_");
    name.append('-').append(key).append('=').append(safe);
  }
}
