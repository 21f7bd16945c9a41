package io.github.compacter4j.cli;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bench.DataBenchmark;
import io.github.compacter4j.bench.LayerBenchmark;
import io.github.compacter4j.bench.PeerBenchmark;
import io.github.compacter4j.bench.RandomModel;
import io.github.compacter4j.bench.RatioBenchmark;
import io.github.compacter4j.bench.StepBenchmark;
import io.github.compacter4j.cli.display.CostTable;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.cli.options.Positive;
import io.github.compacter4j.cli.options.PossibleMethod;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.text.T5Tokenizer;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times training steps, or the way of data from files to ids. */
@Command(
    name = "bench",
    description = {
      "Time training steps on random weights, or a task's way from files to ids.",
      "Steps of methods against full fine-tuning, or with --data the way of a task's rows from its"
          + " files to tables and ids."
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--model",
      defaultValue = "t5-small",
      description = "A T5's or an encoder's size, such as minilm; default: ${DEFAULT-VALUE}.")
  String model;

  @Option(
      names = "--method",
      split = ";",
      defaultValue = "full;compacter++",
      description = "Methods, separated by semicolons; every takes all; default: ${DEFAULT-VALUE}.")
  List<String> methods;

  @Option(
      names = "--batch-size",
      defaultValue = "32",
      description = "Rows of a step; default: ${DEFAULT-VALUE}.")
  int batchSize;

  @Option(
      names = "--length",
      defaultValue = "64",
      description = "Ids of a text; default: ${DEFAULT-VALUE}.")
  int length;

  @Option(
      names = "--steps",
      defaultValue = "10",
      description = "Steps measured of each; default: ${DEFAULT-VALUE}.")
  int steps;

  @Option(
      names = "--layers",
      description = "Time single adapters instead of steps, 768 to 24 to 768 on 4,096 tokens.")
  boolean layers;

  @Option(
      names = "--data",
      paramLabel = "TASK",
      description = "Time a task's way from files to ids instead of steps, for instance sst2.")
  String data;

  @Option(
      names = "--tokenizer",
      description = "With --data: a tokenizer.json or its folder; default: the bundled model's.")
  Path tokenizer;

  @Option(
      names = "--archive",
      paramLabel = "FILE",
      description = {
        "Measure nothing: write the TorchScript archive of all functions, which a Python without",
        "Java checks and times by src/test/python/functions_check.py."
      })
  Path archive;

  @Option(
      names = "--precision",
      split = ",",
      defaultValue = "float32,bf16",
      description = "Precisions of frozen matrices; default: ${DEFAULT-VALUE}.")
  List<String> precisions;

  @Option(
      names = "--peer",
      paramLabel = "PYTHON",
      description = {
        "Time the same steps in transformers too, in turn with ours and with as many threads;",
        "a Python that has torch and transformers."
      })
  Path peer;

  @Option(
      names = "--beside",
      paramLabel = "METHOD",
      description = {
        "Take float32 steps in turn with this method's, in one process, and tell how much more of",
        "the processor each takes."
      })
  String beside;

  @Option(
      names = "--here",
      hidden = true,
      description = "Measure the first method in this process.")
  boolean here;

  @Mixin MachineOptions machine;

  @Mixin Output output;

  @Override
  public Integer call() {
    checkUsage();
    machine.apply();
    if (archive != null) {
      return writeArchive();
    }
    if (data != null) {
      DataBenchmark.Cost cost = measureData();
      output.print(cost, text(cost));
      return 0;
    }
    if (beside != null) {
      Method other = resolved(beside);
      List<RatioBenchmark.Ratio> ratios =
          new RatioBenchmark(RandomModel.named(model), batchSize, length, steps)
              .of(other, methods.stream().map(this::resolved).toList());
      output.print(ratios, RatioBenchmark.text(other, ratios));
      return 0;
    }
    if (layers) {
      Map<String, Double> times = LayerBenchmark.measure(steps);
      StringBuilder text = new StringBuilder("median milliseconds, forward and backward");
      times.forEach(
          (name, ms) -> text.append(String.format(Locale.ROOT, "%n%-36s %8.3f", name, ms)));
      output.print(times, text.toString());
      return 0;
    }
    List<StepBenchmark.Cost> costs = here ? List.of(measure()) : inProcesses();
    output.print(here ? costs.get(0) : costs, text(costs));
    return 0;
  }

  private void checkUsage() {
    Positive.require("--batch-size", batchSize);
    Positive.require("--length", length);
    Positive.require("--steps", steps);
    if (methods.equals(List.of("every"))) {
      methods = Methods.all().stream().map(Method::toString).toList();
    }
    methods.forEach(this::resolved);
    if (peer != null) {
      methods.forEach(method -> PeerBenchmark.require(resolved(method)));
    }
    for (String precision : precisions) {
      if (!FineTuning.PRECISIONS.contains(precision)) {
        throw Names.unknown("precision", precision, FineTuning.PRECISIONS);
      }
    }
    if (methods.stream().noneMatch(m -> precisions.stream().anyMatch(p -> differs(m, p)))) {
      throw UserException.usage("--precision bf16 is for frozen matrices, and full has none");
    }
  }

  private Method resolved(String method) {
    return PossibleMethod.of(method, RandomModel.named(model).sizes());
  }

  /** Whether a precision of frozen matrices makes a difference: full has none. */
  private static boolean differs(String method, String precision) {
    return !(precision.equals("bf16") && Methods.parse(method).name().equals("full"));
  }

  private int writeArchive() {
    byte[] bytes = TorchFunctions.archive();
    AtomicFiles.write(archive, bytes);
    output.print(Map.of("archive", archive.toString(), "bytes", bytes.length), archive.toString());
    return 0;
  }

  private DataBenchmark.Cost measureData() {
    Task task = Tasks.named(data);
    if (tokenizer == null) {
      try (T5 bundled = T5.load(T5.BUNDLED)) {
        return DataBenchmark.of(task, bundled.tokenizer());
      }
    }
    try (T5Tokenizer read = T5Tokenizer.load(tokenizer)) {
      return DataBenchmark.of(task, read);
    }
  }

  private static String text(DataBenchmark.Cost cost) {
    StringBuilder text = new StringBuilder();
    text.append("%s from %s, %,d rows".formatted(cost.task(), cost.source(), cost.rows()));
    text.append("\n%-28s %8s %8s".formatted("", "seconds", "CPU"));
    time(text, "files to tables", cost.table());
    time(text, "texts to ids", cost.ids());
    time(text, "the same, into the cache", cost.writing());
    time(text, "the same, from the cache", cost.reading());
    text.append("\n%.0f MB at most above the process before".formatted(cost.memoryBytes() / 1e6));
    return text.toString();
  }

  private static void time(StringBuilder text, String what, DataBenchmark.Time time) {
    text.append(
        String.format(Locale.ROOT, "%n%-28s %8.2f %8.2f", what, time.seconds(), time.cpuSeconds()));
  }

  private StepBenchmark.Cost measure() {
    Method method = Methods.parse(methods.get(0));
    return StepBenchmark.ofRandomIds(
        RandomModel.named(model), method, precisions.get(0), batchSize, length, steps);
  }

  /** One process a method and precision, since memory is a process's; peers behind ours. */
  private List<StepBenchmark.Cost> inProcesses() {
    List<StepBenchmark.Cost> costs = new ArrayList<>();
    for (String method : methods) {
      for (String precision : precisions) {
        if (differs(method, precision)) {
          List<String> arguments = childArguments(method, precision);
          String what = "steps of %s in %s".formatted(method, precision);
          costs.add(processes().json(what, arguments, "", StepBenchmark.Cost.class));
        }
      }
      if (peer != null) {
        costs.addAll(ofPeer(resolved(method)));
      }
    }
    return costs;
  }

  private List<StepBenchmark.Cost> ofPeer(Method method) {
    PeerBenchmark benchmark = new PeerBenchmark(peer, RandomModel.named(model));
    return PeerBenchmark.precisions(method, precisions.contains("bf16")).stream()
        .map(p -> benchmark.measure(method, p, batchSize, length, steps, Torch.threads()))
        .toList();
  }

  private List<String> childArguments(String method, String precision) {
    List<String> arguments = new ArrayList<>(List.of("bench", "--here", "--json"));
    arguments.addAll(List.of("--model", model, "--method", method, "--precision", precision));
    arguments.addAll(List.of("--batch-size", "" + batchSize, "--length", "" + length));
    arguments.addAll(List.of("--steps", "" + steps));
    arguments.addAll(machine.arguments());
    return arguments;
  }

  private String text(List<StepBenchmark.Cost> costs) {
    String title =
        "%s, %d rows of %d ids, %d threads, median of %d steps, a process each%n"
            .formatted(model, batchSize, length, Torch.threads(), steps);
    return title + CostTable.text(costs) + "attention: " + costs.get(0).attention();
  }

  private ChildProcess processes() {
    return new ChildProcess(spec.root().userObject().getClass());
  }
}
