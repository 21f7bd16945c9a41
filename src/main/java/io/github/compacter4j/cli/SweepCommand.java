package io.github.compacter4j.cli;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bench.RunCost;
import io.github.compacter4j.cli.display.ConsoleProgress;
import io.github.compacter4j.cli.display.Mistakes;
import io.github.compacter4j.cli.display.StopOnSignal;
import io.github.compacter4j.cli.display.SweepDisplay;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.cli.options.Positive;
import io.github.compacter4j.files.Folders;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.RunIsHeld;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.sweep.Cell;
import io.github.compacter4j.sweep.CellState;
import io.github.compacter4j.sweep.LocalSweep;
import io.github.compacter4j.sweep.Sweep;
import io.github.compacter4j.sweep.SweepPlan;
import io.github.compacter4j.sweep.SweepState;
import io.github.compacter4j.sweep.slurm.Program;
import io.github.compacter4j.sweep.slurm.SlurmSubmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs many. */
@Command(
    name = "sweep",
    description = {
      "Run methods x tasks x training rows x seeds, each in a folder of its own.",
      "Finished runs are skipped, broken ones go on, failed ones are tried again. Each run has a"
          + " process of its own. Ctrl-C and SIGTERM stop in good order: each run that was under way"
          + " has a checkpoint. Exit status 1 if a run failed; the others are done all the same."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nFILE, where only methods and tasks are needed:%n",
    footer = {
      "  model: minilm           # or bundled, t5-base, a folder",
      "  methods: [full, \"compacter++[n=4]\"]  # or paper, every",
      "  budget: compacter       # or a number, or several: each method at the",
      "                          # largest size that trains at most so many",
      "  norms: none             # or all: the norms train beside no method",
      "  beside: [full]          # methods that run as they are",
      "  tasks: [mrpc, sst2: [100, 500]]  # with training rows; or a YAML file",
      "  sizes: [1000, 2000]     # training rows of tasks that name none",
      "  seeds: [42, 43, 44]     # default: 42",
      "  dataSeed: 42            # of splits and subsets; run: the run's seed",
      "  protocol: small         # default: paper for a T5 but the bundled one",
      "  settings:               # of the protocol, see config.json of a run",
      "    learningRate: [1e-3, 3e-3]   # a list: a run for each",
      "    epochs: 3",
      "  precision: float32      # or bf16",
      "  pooling: mean           # or cls; default: the encoder's usual",
      "  data: DIR               # default: the usual places",
      "  slurm: {partition: gpu, account: nlp, gres: \"gpu:1\", cpus: 4, mem: 16G,",
      "          time: \"04:00:00\", parallel: 16}  # see docs/cluster.md",
      "",
      "Relative paths start in the folder of FILE.",
      "Folders: <task>[-<rows>]/<method>[-<option>=<value>]-s<seed>",
      "Examples: docs/sweeps"
    })
final class SweepCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  private static final String SLURM = "slurm";
  private static final List<String> ENGINES = List.of("local", SLURM);
  private static final int MEASURED_STEPS = 3;

  private static final RunListener WARNINGS =
      new RunListener() {
        @Override
        public void onWarning(String warning) {
          System.err.println("note: " + warning);
        }
      };

  @Parameters(paramLabel = "FILE", description = "What to run, in YAML.")
  Path file;

  @Option(
      names = "--beside",
      hidden = true,
      paramLabel = "FOLDER",
      description = "Where the relative paths of FILE start, for a copy that lies elsewhere.")
  Path beside;

  @Option(names = "--out", description = "Folder of the runs; default: runs/<name of FILE>.")
  Path out;

  @Option(
      names = "--workers",
      defaultValue = "1",
      description =
          "Processes at a time, one a device where there are several GPUs; without --threads they"
              + " share the cores; default: ${DEFAULT-VALUE}.")
  int workers;

  @Option(
      names = "--engine",
      defaultValue = "local",
      paramLabel = "ENGINE",
      description =
          "local, or slurm to send what is neither done nor queued to Slurm, a job for each run and"
              + " one for the table; default: ${DEFAULT-VALUE}.")
  String engine;

  @Option(
      names = "--dry-run",
      description = "With --engine slurm: write and print everything, send nothing.")
  boolean dryRun;

  @Option(
      names = "--status",
      description = "Run nothing; tell how far each run is, those in Slurm's queue included.")
  boolean status;

  @Option(
      names = "--table",
      hidden = true,
      description = "Run nothing; tell what a sweep tells at its end, for the job that ends it.")
  boolean table;

  @Option(
      names = "--cell",
      paramLabel = "NAME",
      description =
          "Run this one alone, in this process, for job queues of any kind; the name is its folder"
              + " as in --plan. Exit status 1 if it fails, 75 if another process is running it.")
  String cell;

  @Option(
      names = "--plan",
      description =
          "Run nothing; tell cells, parameters, hours, memory and disk, estimated from a few steps of"
              + " each method in a process of its own.")
  boolean plan;

  @Option(
      names = "--measure",
      hidden = true,
      paramLabel = "CELL",
      description = "Measure a cell in this process, for --plan.")
  String measured;

  @Option(
      names = "--quiet",
      hidden = true,
      description = "Tell nothing of --cell that its folder tells, for the sweep that started it.")
  boolean quiet;

  @Mixin MachineOptions machine;

  @Mixin Output output;

  @Override
  public Integer call() {
    Positive.require("--workers", workers);
    if (!ENGINES.contains(engine)) {
      throw Names.unknown("engine", engine, ENGINES);
    }
    boolean slurm = engine.equals(SLURM);
    if (dryRun && !slurm) {
      throw UserException.usage("--dry-run needs --engine slurm; --plan tells what a sweep takes");
    }
    Sweep sweep = beside == null ? Sweep.read(file) : Sweep.read(file, beside);
    if (out != null) {
      sweep = sweep.in(out);
    }
    if (cell != null) {
      return runCell(sweep, sweep.cell(cell));
    }
    FrontEnd.showRuns(() -> WARNINGS);
    if (measured != null) {
      machine.apply();
      return measure(sweep, sweep.cell(measured));
    }
    if (plan) {
      return plan(sweep);
    }
    if (status) {
      return tellStatus(sweep.status());
    }
    if (table) {
      return tellEnd(sweep.state());
    }
    return slurm ? send(sweep) : run(sweep);
  }

  /**
   * What {@code --status --json} tells of a cell.
   *
   * @param cell its name
   * @param state done, running, queued, failed, impossible or left
   * @param step steps taken; null before the first
   * @param steps steps of the whole run; null before the first
   * @param job the queue's name of its latest job; null where it has none
   * @param note who runs it, why it waits or why it failed; else empty
   */
  record StatusRow(
      String cell, String state, Integer step, Integer steps, String job, String note) {
    static StatusRow of(CellState now) {
      String state = now.status().toString();
      return new StatusRow(
          now.cell().name(), state, now.step(), now.steps(), now.job(), now.note());
    }
  }

  private int tellStatus(SweepState now) {
    output.print(now.cells().stream().map(StatusRow::of).toList(), now.toString());
    return 0;
  }

  private int send(Sweep sweep) {
    if (machine.hasThreads() || spec.commandLine().getParseResult().hasMatchedOption("--workers")) {
      throw UserException.usage(
          "--threads and --workers are of local sweeps; on Slurm cpus and parallel below slurm: in %s say it"
              .formatted(file));
    }
    sweep.leftOut().forEach(one -> System.err.println("note: " + one));
    Program program = processes().program(machine.arguments());
    SlurmSubmission submission = new SlurmSubmission(sweep, file, program);
    SlurmSubmission.Sent sent = dryRun ? submission.dryRun() : submission.submit();
    output.print(sent, sent.toString());
    return 0;
  }

  private int runCell(Sweep sweep, Cell named) {
    machine.apply();
    FrontEnd.showRuns(quiet ? () -> WARNINGS : ConsoleProgress::new);
    return StopOnSignal.during(
        signals -> {
          try {
            return told(sweep.run(named, signals));
          } catch (RunIsHeld e) {
            if (!quiet) {
              Mistakes.report(e.getMessage());
            }
            return LocalSweep.HELD;
          }
        },
        stopped -> " by the same command");
  }

  private int told(CellState end) {
    if (quiet) {
      return end.hasFailed() ? UserException.BAD_INPUT : 0;
    }
    if (end.hasFailed()) {
      throw new UserException(end.cell().name() + ": " + end.note());
    }
    output.print(end.result(), end.cell().name() + ": done");
    return 0;
  }

  private int measure(Sweep sweep, Cell named) {
    try (Pretrained model = Pretrained.load(sweep.model())) {
      RunCost cost = RunCost.measure(named.plan(model), MEASURED_STEPS);
      output.print(cost, cost.toString());
    }
    return 0;
  }

  private int plan(Sweep sweep) {
    SweepPlan all =
        SweepPlan.of(
            sweep,
            each -> {
              System.err.println("measuring " + each.method().spec());
              List<String> arguments = arguments(sweep, file, "--measure", each.name(), "--json");
              return processes().json(each.name(), arguments, "", RunCost.class);
            });
    output.print(all.rows(), TableText.text(all.table()) + "\n" + all.summary(workers));
    return 0;
  }

  private int run(Sweep sweep) {
    if (sweep.state().results().size() < sweep.cells().size()) {
      Folders.requireRoom(sweep.folder(), "--out names another place");
    }
    sweep.leftOut().forEach(one -> System.err.println("note: " + one));
    sweep.retryFailed();
    shareCores();
    Path copy = copyOfFile(sweep.folder());
    try {
      LocalSweep local =
          new LocalSweep(sweep, workers, (each, more) -> start(sweep, copy, each, more));
      return StopOnSignal.during(local::stop, () -> run(sweep, local));
    } finally {
      remove(copy);
    }
  }

  /** What the runs' processes read, whatever is edited meanwhile. */
  private Path copyOfFile(Path folder) {
    try {
      Path copy = Files.createTempFile(Files.createDirectories(folder), ".sweep-", ".yaml");
      return Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be written", e);
    }
  }

  private static void remove(Path copy) {
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      System.err.println("note: " + copy + " cannot be removed");
    }
  }

  private int run(Sweep sweep, LocalSweep local) {
    try (SweepDisplay display = new SweepDisplay(sweep.state())) {
      sweep.markImpossible();
      if (!local.run()) {
        Mistakes.report(
            "interrupted; each run that was under way has a checkpoint, and the same command goes on");
        return StopOnSignal.INTERRUPTED;
      }
    }
    return tellEnd(sweep.state());
  }

  private int tellEnd(SweepState end) {
    output.print(end.results(), end.toString());
    if (end.failed() > 0) {
      throw new UserException(
          "%d of %d runs failed; their notes above tell why"
              .formatted(end.failed(), end.cells().size()));
    }
    return 0;
  }

  private void shareCores() {
    if (workers > 1) {
      machine.defaultThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / workers));
    }
  }

  private Process start(Sweep sweep, Path copy, Cell each, Map<String, String> variables) {
    return processes().start(arguments(sweep, copy, "--cell", each.name(), "--quiet"), variables);
  }

  /** Arguments of a process that reads the file, or a copy of it. */
  private List<String> arguments(Sweep sweep, Path copy, String... more) {
    List<String> arguments = new ArrayList<>(List.of("sweep", copy.toString()));
    Path folder = beside == null ? file.toAbsolutePath().getParent() : beside;
    arguments.addAll(List.of("--beside", folder.toString()));
    arguments.addAll(List.of("--out", sweep.folder().toString()));
    arguments.addAll(List.of(more));
    arguments.addAll(machine.arguments());
    return arguments;
  }

  private ChildProcess processes() {
    return new ChildProcess(spec.root().userObject().getClass());
  }
}
