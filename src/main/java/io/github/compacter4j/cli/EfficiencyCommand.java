package io.github.compacter4j.cli;

import io.github.compacter4j.bench.Efficiency;
import io.github.compacter4j.bench.StepBenchmark;
import io.github.compacter4j.bench.StepBenchmark.Cost;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.train.FineTuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what methods cost. */
@Command(
    name = "efficiency",
    description = {
      "Measure time and memory of training relative to full fine-tuning.",
      "As in the paper: one epoch of MNLI or of a sample of it, a process a method, no evaluation."
    },
    mixinStandardHelpOptions = true)
final class EfficiencyCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      defaultValue = T5.BUNDLED,
      description = "bundled, a folder, or a name on the hub; default: ${DEFAULT-VALUE}.")
  String model;

  @Option(
      names = "--task",
      defaultValue = "mnli",
      description = "A task; default: ${DEFAULT-VALUE}.")
  String task;

  @Option(names = "--data", description = "Folder of the data; default: the usual places.")
  Path data;

  @Option(
      names = "--max-train-samples",
      description = "Training rows to take, the first of the shuffled ones; default: all.")
  Integer maxTrainSamples;

  @Option(
      names = "--method",
      split = ";",
      description =
          "Methods, separated by semicolons; ratios need full; default: all of the paper's.")
  List<String> methods = Efficiency.METHODS;

  @Option(names = "--batch-size", description = "Rows of a batch; default: the protocol's.")
  Integer batchSize;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "float32, or bf16 for frozen matrices in bfloat16; default: ${DEFAULT-VALUE}.")
  String precision;

  @Option(
      names = "--here",
      hidden = true,
      description = "Measure in this process what standard input plans, as config.json does.")
  boolean here;

  @Mixin MachineOptions machine;

  @Mixin Output output;

  @Override
  public Integer call() throws IOException {
    Positive.require("--max-train-samples", maxTrainSamples);
    Positive.require("--batch-size", batchSize);
    machine.apply();
    if (here) {
      measureHere(Json.mapper().readValue(System.in, RunConfig.class));
      return 0;
    }
    try (T5 t5 = T5.load(model)) {
      measureAll(methods.stream().map(method -> plan(t5, method)).toList());
    }
    return 0;
  }

  private void measureHere(RunConfig config) {
    try (T5 t5 = T5.load(config.model())) {
      Cost cost = StepBenchmark.ofTask(FineTuning.of(t5, config, Tasks.named(config.task())));
      output.print(cost, cost.toString());
    }
  }

  /** What is measured; fails where the method is impossible for the model. */
  private FineTuning plan(T5 t5, String method) {
    Task chosen = Tasks.named(task);
    if (maxTrainSamples != null) {
      chosen = chosen.withMaxTrainSamples(maxTrainSamples);
    }
    FineTuning plan =
        FineTuning.of(t5, PossibleMethod.of(method, t5.config()), chosen)
            .precision(precision)
            .data(data)
            .epochs(1);
    return batchSize == null ? plan : plan.batchSize(batchSize);
  }

  /** Prints what has been measured also where a later method fails. */
  private void measureAll(List<FineTuning> plans) {
    List<Cost> costs = new ArrayList<>();
    try {
      plans.forEach(plan -> costs.add(Efficiency.measure(plan)));
    } finally {
      if (!costs.isEmpty()) {
        output.print(costs, TableText.text(Efficiency.table(costs)));
      }
    }
  }
}
