package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.train.Predictor;
import io.github.compacter4j.train.T5;
import io.github.compacter4j.train.TextWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes predictions. */
@Command(
    name = "predict",
    description = "Predict with a run, or let a model write.",
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  @Option(names = "--run", description = "Run folder; with --input or --text.")
  Path run;

  @Option(
      names = "--input",
      description = "Tab-separated file with a header that names the task's texts.")
  Path input;

  @Option(names = "--model", description = "A model as it is, instead of a run; with --text.")
  String model;

  @Option(names = "--text", description = "A source text, taken as it is; may be repeated.")
  List<String> texts;

  @Option(
      names = "--max-length",
      defaultValue = "64",
      description = "Most ids written with --model; default: ${DEFAULT-VALUE}.")
  int maxLength;

  @Option(
      names = "--beams",
      defaultValue = "1",
      description = "Beams of the search with --model; default: ${DEFAULT-VALUE}.")
  int beams;

  @Mixin MachineOptions machine;
  @Mixin BaseOptions base;
  @Mixin Output output;

  @Override
  public Integer call() {
    machine.apply();
    if ((run == null) == (model == null)) {
      throw UserException.usage("predict needs either --run or --model");
    }
    if (model != null ? texts == null || input != null : (texts == null) == (input == null)) {
      throw UserException.usage(
          "predict needs --run with --input or --text, or --model with --text");
    }
    if (run == null && (base.base != null || base.force)) {
      throw UserException.usage("--base and --force need --run");
    }
    List<String> predictions = run == null ? write() : predict();
    output.print(predictions, String.join("\n", predictions));
    return 0;
  }

  private List<String> predict() {
    try (Predictor predictor = base.load(run)) {
      return input == null ? predictor.generate(texts) : predictor.predict(input);
    }
  }

  private List<String> write() {
    try (T5 t5 = T5.load(model);
        TextWriter writer = new TextWriter(t5, beams, maxLength)) {
      return writer.write(texts);
    }
  }
}
