package io.github.compacter4j.sweep;

import io.github.compacter4j.Home;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Methods x tasks x sizes x seeds x settings; a value whose methods return changed copies.
 *
 * <pre>
 *   Sweep.of("bundled").methods("full", "compacter++").tasks("sst2", "mrpc").seeds(42, 43).run()
 * </pre>
 *
 * <p>Every combination is a cell, an ordinary run in a folder of its own, so that a sweep goes on
 * where it was stopped. Any number of processes and machines may work in one folder.
 */
public final class Sweep {
  private final String model;
  private List<String> methods = List.of();
  private List<Task> tasks = List.of();
  private List<Integer> sizes = List.of();
  private List<Long> seeds = List.of(42L);
  private Map<String, List<?>> settings = Map.of();
  private String protocol;
  private Long dataSeed;
  private boolean dataSeedOfRun;
  private String precision = "float32";
  private Path data;
  private Path folder = runs().resolve("sweep");

  private Sweep(String model) {
    this.model = model;
    protocol = T5.usualProtocol(model);
  }

  /** An empty sweep of a model: {@code bundled}, a folder, or a name on the hub. */
  public static Sweep of(String model) {
    return new Sweep(model);
  }

  /**
   * Reads a YAML file, see {@code ./compacter4j sweep --help}; its runs go to {@code runs/} and the
   * file's name.
   *
   * @throws UserException naming the file and what is wrong with it
   */
  public static Sweep read(Path file) {
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    return SweepYaml.read(file).in(runs().resolve(name));
  }

  private static Path runs() {
    return Home.folder().orElse(Path.of("")).resolve("runs");
  }

  private Sweep change(Consumer<Sweep> change) {
    Sweep copy = new Sweep(model);
    copy.methods = methods;
    copy.tasks = tasks;
    copy.sizes = sizes;
    copy.seeds = seeds;
    copy.settings = settings;
    copy.protocol = protocol;
    copy.dataSeed = dataSeed;
    copy.dataSeedOfRun = dataSeedOfRun;
    copy.precision = precision;
    copy.data = data;
    copy.folder = folder;
    change.accept(copy);
    return copy;
  }

  /** Methods with options in brackets; {@code all} are the paper's. */
  public Sweep methods(String... specs) {
    List<String> all =
        Arrays.stream(specs)
            .flatMap(
                s -> s.equals("all") ? Methods.paper().stream().map(m -> m.name()) : Stream.of(s))
            .toList();
    all.forEach(Methods::parse);
    return change(copy -> copy.methods = all);
  }

  /** Tasks by their names, or YAML files that define some. */
  public Sweep tasks(String... names) {
    return tasks(Arrays.stream(names).map(Tasks::named).toArray(Task[]::new));
  }

  /** Tasks; one that has a number of training rows keeps it whatever the sizes are. */
  public Sweep tasks(Task... values) {
    return change(copy -> copy.tasks = List.of(values));
  }

  /** Numbers of training rows, the first of the shuffled ones; without any, all rows. */
  public Sweep sizes(int... rows) {
    return change(copy -> copy.sizes = Arrays.stream(rows).boxed().toList());
  }

  /** Seeds of initialisation, order and dropout; usually 42 alone. */
  public Sweep seeds(long... values) {
    return change(copy -> copy.seeds = Arrays.stream(values).boxed().toList());
  }

  /** The protocol; usually {@code small} for the bundled model, else {@code paper}. */
  public Sweep protocol(String name) {
    if (!Protocol.NAMES.contains(name)) {
      throw Names.unknown("protocol", name, Protocol.NAMES);
    }
    return change(copy -> copy.protocol = name);
  }

  /** Another value of a setting of the protocol; several values make as many cells of each. */
  public Sweep with(String setting, Object... values) {
    Map<String, List<?>> more = new LinkedHashMap<>(settings);
    more.put(setting, List.of(values));
    return change(copy -> copy.settings = more);
  }

  /** The seed of splits and subsets of every cell; usually the tasks' own, 42. */
  public Sweep dataSeed(long seed) {
    return change(
        copy -> {
          copy.dataSeed = seed;
          copy.dataSeedOfRun = false;
        });
  }

  /** Splits and subsets by each cell's own seed. */
  public Sweep dataSeedOfRun() {
    return change(copy -> copy.dataSeedOfRun = true);
  }

  /** {@code float32}, or {@code bf16} to keep frozen matrices in bfloat16. */
  public Sweep precision(String value) {
    if (!FineTuning.PRECISIONS.contains(value)) {
      throw Names.unknown("precision", value, FineTuning.PRECISIONS);
    }
    return change(copy -> copy.precision = value);
  }

  /** A folder to take the data from, instead of the usual places. */
  public Sweep data(Path place) {
    return change(copy -> copy.data = place);
  }

  /** The folder of the cells; usually {@code runs/sweep}. */
  public Sweep in(Path place) {
    return change(copy -> copy.folder = place);
  }

  /** The model's name. */
  public String model() {
    return model;
  }

  /** The folder of the cells. */
  public Path folder() {
    return folder;
  }

  /**
   * All cells: the first task with all methods and seeds, then the next.
   *
   * @throws UserException (wrong usage) for no cells, two of one name, an unknown setting or a
   *     value out of its range
   */
  public List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (Task task : tasks.stream().flatMap(this::sized).toList()) {
      for (long seed : seeds) {
        for (String method : methods) {
          combinations().forEach(changes -> cells.add(cell(task, seed, method, changes)));
        }
      }
    }
    if (cells.isEmpty()) {
      throw UserException.usage("a sweep needs methods, tasks and seeds");
    }
    Set<String> names = new HashSet<>();
    for (Cell cell : cells) {
      if (!names.add(cell.name())) {
        throw UserException.usage("two cells are named " + cell.name());
      }
    }
    return cells;
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

  private Cell cell(Task asked, long seed, String spec, Map<String, Object> changes) {
    Task task =
        dataSeedOfRun
            ? asked.withDataSeed(seed)
            : dataSeed == null ? asked : asked.withDataSeed(dataSeed);
    String method = Methods.parse(spec).name();
    Protocol changed = Protocol.named(protocol, method, task);
    for (Map.Entry<String, Object> change : changes.entrySet()) {
      changed = changed.with(change.getKey(), change.getValue());
    }
    return new Cell(
        name(task, seed, spec, changes), Methods.parse(spec), task, seed, changed, precision, data);
  }

  /** Options as they are written, and the settings that have several values. */
  private String name(Task task, long seed, String spec, Map<String, Object> changes) {
    StringBuilder name = new StringBuilder(task.name());
    task.maxTrainSamples().ifPresent(rows -> name.append('-').append(rows));
    name.append('/').append(Methods.parse(spec).name());
    Methods.options(spec).forEach((option, value) -> append(name, option, value));
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

  /** How far the cells are. */
  public SweepState state() {
    return SweepState.of(folder, cells());
  }

  /**
   * Runs what is left in this process, together with any others in the folder, until all cells are
   * finished or have failed; cells that failed before are tried again.
   *
   * @return the state at the end, failures included
   */
  public SweepState run() {
    retryFailed();
    work();
    return state();
  }

  /** Forgets failures, so that their cells are tried again. */
  public void retryFailed() {
    cells().forEach(cell -> Failure.clear(folder.resolve(cell.name())));
  }

  /** As {@link #run}, but cells that have failed before, here or elsewhere, stay so. */
  public void work() {
    List<Cell> cells = cells();
    try (T5 t5 = T5.load(model)) {
      new SweepWorker(folder, cells, t5).run();
    }
  }
}
