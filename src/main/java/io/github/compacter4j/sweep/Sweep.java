package io.github.compacter4j.sweep;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.RunIsHeld;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.sweep.slurm.SlurmJobs;
import io.github.compacter4j.sweep.slurm.SlurmSettings;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.torch.ProcessMemory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Methods x tasks x sizes x seeds x settings; a value whose methods return changed copies.
 *
 * <pre>
 *   Sweep.of("bundled").methods("full", "compacter++").tasks("sst2", "mrpc").seeds(42, 43).run()
 * </pre>
 *
 * <p>Every combination is a cell, an ordinary run in a folder of its own, so that a sweep goes on
 * where it was stopped.
 */
public final class Sweep {
  private static final long PAUSE_MILLISECONDS = 1000;

  private final SweepSettings settings;
  private final Path folder;
  private SizedMethods sized; // chosen when first asked for, since it looks at every size

  private Sweep(SweepSettings settings, Path folder) {
    this.settings = settings;
    this.folder = folder;
  }

  /**
   * An empty sweep of a model: {@code bundled}, a folder, or a name on the hub; or what a YAML file
   * describes, see {@link #read}.
   */
  public static Sweep of(String modelOrFile) {
    return modelOrFile.matches(".*\\.ya?ml")
        ? read(Path.of(modelOrFile))
        : new Sweep(SweepSettings.of(modelOrFile), FrontEnd.runs().resolve("sweep"));
  }

  /** What a YAML file describes, see {@link #read}. */
  public static Sweep of(Path file) {
    return read(file);
  }

  /**
   * Reads a YAML file, see {@code ./compacter4j sweep --help}; its relative paths start in its
   * folder, its runs go to {@code runs/} and the file's name.
   *
   * @throws UserException naming the file and what is wrong with it
   */
  public static Sweep read(Path file) {
    return read(file, file.toAbsolutePath().getParent());
  }

  /**
   * Reads a copy of a YAML file, see {@link #read}.
   *
   * @param folder that of the file itself, where its relative paths start
   */
  public static Sweep read(Path file, Path folder) {
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    return new Sweep(SweepYaml.read(file, folder), FrontEnd.runs().resolve(name));
  }

  private Sweep with(UnaryOperator<SweepSettingsBuilder> change) {
    return new Sweep(change.apply(SweepSettingsBuilder.builder(settings)).build(), folder);
  }

  /**
   * Methods with options in brackets; {@code paper} or {@code all} are the paper's, {@code every}
   * all that there are.
   */
  public Sweep methods(String... specs) {
    return with(copy -> copy.methods(List.of(specs)));
  }

  /**
   * Each method at the largest size that trains at most so many parameters; several budgets make
   * cells of each. What has no size within a budget is {@link #leftOut}.
   *
   * @param values numbers such as {@code 24304}, or methods whose numbers they are, such as {@code
   *     compacter}
   */
  public Sweep budgets(String... values) {
    return with(copy -> copy.budgets(List.of(values)));
  }

  /** Methods that are run as they are beside those that a budget sizes. */
  public Sweep beside(String... specs) {
    return with(copy -> copy.beside(List.of(specs)));
  }

  /**
   * Lets the network's norms train beside all methods that may train them, or beside none.
   *
   * @param value {@code all} or {@code none}
   */
  public Sweep norms(String value) {
    return with(copy -> copy.norms(value));
  }

  /** Tasks by their names, or YAML files that define some. */
  public Sweep tasks(String... names) {
    return tasks(Arrays.stream(names).map(Tasks::named).toArray(Task[]::new));
  }

  /** Tasks; one that has a number of training rows keeps it whatever the sizes are. */
  public Sweep tasks(Task... values) {
    return with(copy -> copy.tasks(List.of(values)));
  }

  /** Numbers of training rows, the first of the shuffled ones; without any, all rows. */
  public Sweep sizes(int... rows) {
    return with(copy -> copy.sizes(Arrays.stream(rows).boxed().toList()));
  }

  /** Seeds of initialisation, order and dropout; usually 42 alone. */
  public Sweep seeds(long... values) {
    return with(copy -> copy.seeds(Arrays.stream(values).boxed().toList()));
  }

  /** The protocol; usually {@code small} for the bundled model, else {@code paper}. */
  public Sweep protocol(String name) {
    return with(copy -> copy.protocol(name));
  }

  /** Another value of a setting of the protocol; several values make as many cells of each. */
  public Sweep with(String setting, Object... values) {
    Map<String, List<?>> more = new LinkedHashMap<>(settings.settings());
    more.put(setting, List.of(values));
    return with(copy -> copy.settings(more));
  }

  /** The seed of splits and subsets of every cell; usually the tasks' own, 42. */
  public Sweep dataSeed(long seed) {
    return with(copy -> copy.dataSeed(seed).dataSeedOfRun(false));
  }

  /** Splits and subsets by each cell's own seed. */
  public Sweep dataSeedOfRun() {
    return with(copy -> copy.dataSeedOfRun(true));
  }

  /** {@code float32}, or {@code bf16} to keep frozen matrices in bfloat16. */
  public Sweep precision(String value) {
    return with(copy -> copy.precision(value));
  }

  /** How an encoder's states become one vector, {@code mean} or {@code cls}. */
  public Sweep pooling(String value) {
    return with(copy -> copy.pooling(value));
  }

  /** A folder to take the data from, instead of the usual places. */
  public Sweep data(Path place) {
    return with(copy -> copy.data(place));
  }

  /** The folder of the cells; usually {@code runs/sweep}. */
  public Sweep in(Path place) {
    return new Sweep(settings, place);
  }

  /** The model's name. */
  public String model() {
    return settings.model();
  }

  /** What its file says of jobs of Slurm; null for nothing. */
  public SlurmSettings slurm() {
    return settings.slurm();
  }

  /** The folder of the cells. */
  public Path folder() {
    return folder;
  }

  private synchronized SizedMethods sized() {
    if (sized == null) {
      sized = settings.sized();
    }
    return sized;
  }

  /** Methods that are not run since they have no size within a budget, or too dear a one. */
  public List<LeftOut> leftOut() {
    return sized().leftOut();
  }

  /**
   * All cells: the first seed with the first budget, all tasks and methods, then the next budget,
   * then the next seed.
   *
   * @throws UserException (wrong usage) for no cells, two of one name, an unknown setting or a
   *     value out of its range
   */
  public List<Cell> cells() {
    return settings.cells(sized());
  }

  /** How far the cells are, as their folders tell it. */
  public SweepState state() {
    return SweepState.of(folder, cells(), Map.of());
  }

  /**
   * How far the cells are, as their folders and the queue tell it, where some were sent to Slurm.
   */
  public SweepState status() {
    return SweepState.of(folder, cells(), SlurmJobs.of(folder));
  }

  /**
   * Runs what is left in this process, one cell after the other, until all are finished or have
   * failed; cells that failed before are tried again. One that another process runs is waited for.
   *
   * @return the state at the end, failures included
   * @throws io.github.compacter4j.train.Interrupted if the thread was interrupted; the checkpoint
   *     is written
   */
  public SweepState run() {
    retryFailed();
    try (Pretrained model = Pretrained.load(settings.model())) {
      while (!pass(model)) {
        Thread.sleep(PAUSE_MILLISECONDS);
      }
    } catch (InterruptedException e) {
      throw new UserException("interrupted while other processes run the last cells");
    }
    return state();
  }

  /** Tries every cell once, and tells whether all are over. */
  private boolean pass(Pretrained model) {
    boolean over = true;
    for (CellState state : state().cells()) {
      if (!state.isOver()) {
        try {
          ProcessMemory.resetPeak();
          CellRun.of(folder, state.cell(), model).run(RunListener.SILENT);
        } catch (RunIsHeld e) {
          over = false;
        }
      }
    }
    return over;
  }

  /** Forgets failures, so that their cells are tried again. */
  public void retryFailed() {
    forgetFailures(cells());
  }

  /** Forgets the failures of some cells, so that they are tried again. */
  public void forgetFailures(List<Cell> cells) {
    cells.forEach(cell -> Failure.clear(folder.resolve(cell.name())));
  }

  /**
   * Marks the cells whose method the model cannot have, so that no process need be started for
   * them.
   *
   * @throws UserException if the model cannot be found or read
   */
  public void markImpossible() {
    try (Pretrained model = Pretrained.load(settings.model())) {
      state().cells().stream()
          .filter(state -> !state.isOver())
          .forEach(state -> CellRun.of(folder, state.cell(), model).isPossible());
    }
  }

  /**
   * A cell by its name.
   *
   * @throws UserException (wrong usage) for a name that no cell has
   */
  public Cell cell(String name) {
    List<Cell> cells = cells();
    return cells.stream()
        .filter(cell -> cell.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Names.unknown("cell", name, cells.stream().map(Cell::name).toList()));
  }

  /**
   * Runs one cell in this process, from its checkpoint if it has one.
   *
   * @param listener who also hears of the progress
   * @return its state at the end, which may be a failure
   * @throws io.github.compacter4j.train.Interrupted if the thread was interrupted; the checkpoint
   *     is written
   * @throws RunIsHeld if another process runs it
   */
  public CellState run(Cell cell, RunListener listener) {
    Failure.clear(folder.resolve(cell.name()));
    CellState before = CellState.of(folder, cell, null);
    if (!before.isOver()) {
      try (Pretrained model = Pretrained.load(settings.model())) {
        CellRun.of(folder, cell, model).run(listener);
      }
    }
    return CellState.of(folder, cell, null);
  }
}
