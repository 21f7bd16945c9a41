package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.adapters.InputAnswer;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.adapters.Submission;
import io.github.compacter4j.adapters.TextWriter;
import io.github.compacter4j.cli.display.ConsoleProgress;
import io.github.compacter4j.cli.options.BaseOptions;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.learner.Prediction;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.RunFolder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes predictions. */
@Command(
    name = "predict",
    description = {
      "Predict with a run, let a model write, or write a zip for a benchmark's server.",
      "For the servers of GLUE and SuperGLUE:",
      "  predict --run runs/rte --run runs/cola --submission glue.zip"
    },
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  private static final int MAX_LENGTH = 64;
  private static final int BEAMS = 1;

  @Option(
      names = "--run",
      description =
          "Run folder; with --input or --text. With --submission one a task, so it may be repeated.")
  List<Path> runs;

  @Option(
      names = "--input",
      description =
          "Rows to predict, whose columns or keys are named as the task's texts: .tsv and .csv with a"
              + " header, or .jsonl; - reads standard input, a TSV with a header or JSON Lines. A row that cannot be read ends the command; with --json it"
              + " becomes {error, line} and the others are predicted.")
  Path input;

  @Option(
      names = "--submission",
      paramLabel = "ZIP",
      description =
          "Predict the official test rows of the runs' tasks, diagnostic sets included, and write"
              + " them as the benchmark's server takes them.")
  Path submission;

  @Option(names = "--model", description = "A model as it is, instead of a run; with --text.")
  String model;

  @Option(names = "--text", description = "A source text, taken as it is; may be repeated.")
  List<String> texts;

  @Option(
      names = "--max-length",
      description = "Most ids written with --model; default: " + MAX_LENGTH + ".")
  Integer maxLength;

  @Option(
      names = "--beams",
      description = "Beams of the search with --model; default: " + BEAMS + ".")
  Integer beams;

  @Mixin MachineOptions machine;
  @Mixin BaseOptions base;
  @Mixin Output output;

  @Override
  public Integer call() {
    machine.apply();
    if ((runs == null) == (model == null)) {
      throw UserException.usage("predict needs either --run or --model");
    }
    if (model == null && (beams != null || maxLength != null)) {
      throw UserException.usage(
          "--beams and --max-length need --model; a run predicts as its protocol says");
    }
    if (submission != null) {
      return submit();
    }
    if (runs != null && runs.size() > 1) {
      throw UserException.usage("expected one --run, found %d".formatted(runs.size()));
    }
    if (model != null ? texts == null || input != null : (texts == null) == (input == null)) {
      throw UserException.usage(
          "predict needs --run with --input or --text, or --model with --text");
    }
    if (runs == null && base.isGiven()) {
      throw UserException.usage("--base and --force need --run");
    }
    if (input != null && input.toString().equals("-")) {
      input = standardInput();
    }
    if (input != null && output.isJson()) {
      try (Predictor predictor = base.load(runs.get(0))) {
        output.print(predictor.answers(input).stream().map(PredictCommand::json).toList(), "");
      }
      return 0;
    }
    List<Prediction> predictions = runs == null ? write() : predict();
    output.print(
        predictions.stream().map(PredictCommand::json).toList(),
        predictions.stream().map(Prediction::text).collect(Collectors.joining("\n")));
    return 0;
  }

  /** What standard input holds, as a file whose name says its form. */
  private static Path standardInput() {
    try {
      byte[] bytes = System.in.readAllBytes();
      boolean isJson = new String(bytes, StandardCharsets.UTF_8).stripLeading().startsWith("{");
      Path folder = Files.createTempDirectory("standard-input");
      Path file = folder.resolve("standard-input" + (isJson ? ".jsonl" : ".tsv"));
      folder.toFile().deleteOnExit(); // behind the file: the last one named is deleted first
      file.toFile().deleteOnExit();
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UserException("--input -: standard input cannot be read", e);
    }
  }

  /** A row that cannot be predicted says why, and where it stands. */
  private static Object json(InputAnswer answer) {
    return answer
        .prediction()
        .map(PredictCommand::json)
        .orElseGet(() -> Map.of("error", answer.error().orElseThrow(), "line", answer.line()));
  }

  /** What was written as text; what was chosen with the probabilities. */
  private static Object json(Prediction prediction) {
    return prediction.isWritten()
        ? prediction.text()
        : prediction.probabilities().isEmpty()
            ? Map.of("prediction", new BigDecimal(prediction.text()))
            : prediction;
  }

  private int submit() {
    if (runs == null || texts != null || input != null) {
      throw UserException.usage("--submission needs --run, and neither --input nor --text");
    }
    Submission written =
        Submission.write(
            runs.stream().map(RunFolder::new).toList(), run -> base.load(run.path()), submission);
    output.print(written, text(written));
    return 0;
  }

  private String text(Submission written) {
    StringBuilder text = new StringBuilder("%s for %s".formatted(submission, written.server()));
    for (Submission.Answers file : written.files()) {
      text.append("\n%-13s %,7d rows".formatted(file.file(), file.rows()));
      if (file.rows() != file.officialRows()) {
        text.append(" of %,d: the server wants all".formatted(file.officialRows()));
      }
      if (file.unreadable() > 0) {
        text.append(
            ", %,d predictions were no label: the first one stands for them"
                .formatted(file.unreadable()));
      }
    }
    written
        .missing()
        .forEach((file, why) -> text.append("\n%-13s missing: %s".formatted(file, why)));
    return text.toString();
  }

  private List<Prediction> predict() {
    try (Predictor predictor = base.load(runs.get(0))) {
      return input == null ? predictor.predictions(texts) : predictor.predictions(input);
    }
  }

  private List<Prediction> write() {
    FrontEnd.showRuns(ConsoleProgress::new); // for its warnings
    try (T5 t5 = T5.load(model);
        TextWriter writer =
            new TextWriter(
                t5,
                Objects.requireNonNullElse(beams, BEAMS),
                Objects.requireNonNullElse(maxLength, MAX_LENGTH))) {
      return writer.write(texts).stream().map(Prediction::written).toList();
    }
  }
}
