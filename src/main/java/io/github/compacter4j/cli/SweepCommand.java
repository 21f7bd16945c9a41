package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.bench.RunCost;
import io.github.compacter4j.cli.display.SweepDisplay;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.cli.options.Positive;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.sweep.Cell;
import io.github.compacter4j.sweep.CellState.Status;
import io.github.compacter4j.sweep.Sweep;
import io.github.compacter4j.sweep.SweepPlan;
import io.github.compacter4j.sweep.SweepState;
import io.github.compacter4j.sweep.SweepWorkers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
      "Finished runs are skipped, broken ones go on, failed ones are tried again. Any number of"
          + " processes and machines may work in one folder: a run is held by a file lock and a"
          + " heartbeat in .claims, and is free again when its process dies. Exit status 1 if a run"
          + " failed; the others are done all the same."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nFILE, where only methods and tasks are needed:%n",
    footer = {
      "  model: bundled             # or t5-base, or a folder",
      "  methods: [full, \"compacter++[n=4]\"]  # or paper, all: the paper's; every: all there are",
      "  budget: compacter          # or a number: each method at the largest size that trains at",
      "                             # most so many parameters; a list: at each",
      "  norms: none                # or all: train with all methods, or none; default: as each does",
      "  beside: [full]             # methods that run as they are, whatever the budget",
      "  tasks: [mrpc, sst2: [100, 500]]  # with training rows; or a task's YAML file",
      "  sizes: [1000, 2000]        # rows of tasks that name none; default: all",
      "  seeds: [42, 43, 44]        # default: 42",
      "  dataSeed: 42               # of splits and subsets; run: the run's own seed",
      "  protocol: small            # default: small for the bundled model, else paper",
      "  settings:                  # of the protocol, see config.json of a run",
      "    learningRate: [1e-3, 3e-3]   # a list: a run for each",
      "    epochs: 3",
      "  precision: float32         # or bf16",
      "  pooling: mean              # or cls; default: the encoder's usual",
      "  data: DIR                  # default: the usual places",
      "",
      "Folders: <task>[-<rows>]/<method>[-<option>=<value>]-s<seed>",
      "Examples: docs/sweeps"
    })
final class SweepCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

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

  @Option(names = "--out", description = "Folder of the runs; default: runs/<name of FILE>.")
  Path out;

  @Option(
      names = "--workers",
      defaultValue = "1",
      description =
          "Processes, one a device where there are several GPUs; without --threads they share the"
              + " cores; default: ${DEFAULT-VALUE}.")
  int workers;

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
      names = "--worker",
      hidden = true,
      description = "Work in this process and tell nothing; for processes that --workers starts.")
  boolean worker;

  @Mixin MachineOptions machine;

  @Mixin Output output;

  @Override
  public Integer call() {
    Positive.require("--workers", workers);
    Sweep sweep = Sweep.read(file);
    if (out != null) {
      sweep = sweep.in(out);
    }
    FrontEnd.showRuns(() -> WARNINGS);
    if (worker) {
      machine.apply();
      sweep.work();
      return 0;
    }
    if (measured != null) {
      machine.apply();
      return measure(sweep);
    }
    return plan ? plan(sweep) : run(sweep);
  }

  private int measure(Sweep sweep) {
    Cell cell =
        sweep.cells().stream()
            .filter(c -> c.name().equals(measured))
            .findFirst()
            .orElseThrow(() -> UserException.usage("no cell is named " + measured));
    try (Pretrained model = Pretrained.load(sweep.model())) {
      RunCost cost = RunCost.measure(cell.plan(model), MEASURED_STEPS);
      output.print(cost, cost.toString());
    }
    return 0;
  }

  private int plan(Sweep sweep) {
    SweepPlan all =
        SweepPlan.of(
            sweep,
            cell -> {
              System.err.println("measuring " + cell.method().spec());
              List<String> arguments = arguments(sweep, "--measure", cell.name(), "--json");
              return processes().json(cell.name(), arguments, "", RunCost.class);
            });
    output.print(all.rows(), TableText.text(all.table()) + "\n" + all.summary(workers));
    return 0;
  }

  private int run(Sweep sweep) {
    sweep.leftOut().forEach(one -> System.err.println("note: " + one));
    sweep.retryFailed();
    try (SweepDisplay display = new SweepDisplay(sweep.state())) {
      if (workers == 1) {
        machine.apply();
        sweep.work();
      } else {
        List<String> arguments = workerArguments(sweep);
        SweepWorkers.run(sweep, workers, variables -> processes().start(arguments, variables));
      }
    }
    SweepState end = sweep.state();
    output.print(end.results(), end.toString());
    int failed = end.cells(Status.FAILED).size();
    if (failed > 0) {
      throw new UserException(
          "%d of %d runs failed; their notes above tell why".formatted(failed, end.cells().size()));
    }
    return 0;
  }

  private List<String> workerArguments(Sweep sweep) {
    machine.defaultThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / workers));
    return arguments(sweep, "--worker");
  }

  private List<String> arguments(Sweep sweep, String... more) {
    List<String> arguments = new ArrayList<>(List.of("sweep", file.toString()));
    arguments.addAll(List.of("--out", sweep.folder().toString()));
    arguments.addAll(List.of(more));
    arguments.addAll(machine.arguments());
    return arguments;
  }

  private ChildProcess processes() {
    return new ChildProcess(spec.root().userObject().getClass());
  }
}
