package io.github.compacter4j.cli;

import io.github.compacter4j.bench.Efficiency;
import io.github.compacter4j.bench.StepBenchmark;
import io.github.compacter4j.bench.StepBenchmark.Cost;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.cli.options.Positive;
import io.github.compacter4j.cli.options.PossibleMethod;
import io.github.compacter4j.cli.options.RunOptions;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.train.FineTuning;
import java.io.IOException;
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
  @Mixin RunOptions options;

  @Option(
      names = "--task",
      defaultValue = "mnli",
      description = "A task; default: ${DEFAULT-VALUE}.")
  String task;

  @Option(
      names = "--method",
      split = ";",
      description =
          "Methods, separated by semicolons; ratios need full; default: the eleven of the paper's Table 3.")
  List<String> methods = Efficiency.METHODS;

  @Option(names = "--batch-size", description = "Rows of a batch; default: the protocol's.")
  Integer batchSize;

  @Option(
      names = "--here",
      hidden = true,
      description = "Measure in this process what standard input plans, as config.json does.")
  boolean here;

  @Mixin MachineOptions machine;

  @Mixin Output output;

  @Override
  public Integer call() throws IOException {
    options.requireRows();
    Positive.require("--batch-size", batchSize);
    machine.apply();
    if (here) {
      measureHere(Json.mapper().readValue(System.in, RunConfig.class));
      return 0;
    }
    try (Pretrained model = options.loadModel()) {
      measureAll(methods.stream().map(method -> plan(model, method)).toList());
    }
    return 0;
  }

  private void measureHere(RunConfig config) {
    try (Pretrained model = Pretrained.load(config.model())) {
      Cost cost = StepBenchmark.ofTask(FineTuning.of(model, config, Tasks.named(config.task())));
      output.print(cost, cost.toString());
    }
  }

  /** What is measured; fails where the method is impossible for the model. */
  private FineTuning plan(Pretrained model, String method) {
    Method possible = PossibleMethod.of(method, model.anatomy());
    FineTuning plan = options.applyTo(FineTuning.of(model, possible, options.task(task))).epochs(1);
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
