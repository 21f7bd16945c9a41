package io.github.compacter4j.cli.options;

import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say on what a run trains: model, rows, precision. */
public final class RunOptions {
  @Option(
      names = "--model",
      defaultValue = T5.BUNDLED,
      description = "bundled, minilm, a folder, or a name on the hub; default: ${DEFAULT-VALUE}.")
  String model;

  @Option(
      names = "--data",
      description =
          "Folder that holds glue/RTE and the like, or the task's own folder or zip; default: the"
              + " usual places, see ./compacter4j data --help.")
  Path data;

  @Option(
      names = "--max-train-samples",
      description = "Training rows to keep, the first of the shuffled ones.")
  Integer maxTrainSamples;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "float32, or bf16 for frozen matrices in bfloat16; default: ${DEFAULT-VALUE}.")
  String precision;

  /** The model, which the caller closes. */
  public Pretrained loadModel() {
    return Pretrained.load(model);
  }

  /** Refuses to keep no training row. */
  public void requireRows() {
    Positive.require("--max-train-samples", maxTrainSamples);
  }

  /** The task of this name or in this YAML file, with the rows that were asked for. */
  public Task task(String name) {
    Task task = Tasks.named(name);
    return maxTrainSamples == null ? task : task.withMaxTrainSamples(maxTrainSamples);
  }

  /** The plan with what was asked for. */
  public FineTuning applyTo(FineTuning plan) {
    return plan.precision(precision).data(data);
  }
}
