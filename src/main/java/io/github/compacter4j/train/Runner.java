package io.github.compacter4j.train;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.AtomicFiles;
import io.github.compacter4j.methods.Adaptation;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Split;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.torch.ProcessMemory;
import io.github.compacter4j.torch.Torch;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Carries out one run from data to result. */
final class Runner {
  private final FineTuning plan;
  private final Task task;
  private final Protocol protocol;
  private final RunFolder folder;

  Runner(FineTuning plan) {
    this.plan = plan;
    task = plan.task();
    protocol = plan.protocol();
    folder = plan.folder();
  }

  Run run() {
    checkFolder();
    if (folder.isFinished() && plan.existing() == FineTuning.Existing.RESUME) {
      new Checkpoint(folder).clear(); // if the process died before it did
      return new Run(folder);
    }
    TaskData data = plan.loadData();
    Tokenized rows = tokenized(data, Split.TRAIN);
    Tokenized validation = tokenized(data, Split.VALIDATION);
    Tokenized test = tokenized(data, Split.TEST);
    long start = System.nanoTime();
    try (T5Network network = plan.model().newNetwork();
        Adaptation adaptation = plan.method().applyTo(network, task.name(), plan.seed())) {
      if (plan.precision().equals("bf16")) {
        network.weights().keepFrozenMatricesInBfloat16();
      }
      openFolder();
      ParameterCount count = ParameterCounter.count(adaptation, plan.method());
      Evaluator evaluator = Evaluator.of(network, plan.model().tokenizer(), protocol, task);
      try (Training training =
          new Training(
              adaptation, rows, protocol, plan.seed(), folder, adapterInfo(), plan.listener())) {
        if (training.resume()) {
          warnOfOtherThreads();
        } else {
          Json.write(folder.provenance(), Provenance.of(plan.config(), data));
        }
        plan.listener().onData(data);
        plan.listener().onStart(plan, training.totalSteps());
        training.run(
            () -> evaluator.evaluate(validation, task.metrics(), protocol.evaluationLength()));
        AdapterFile.read(folder.adapter(), adaptation.trainable());
        RunResult.Scores onValidation =
            training.evaluateFinally(() -> scores(evaluator, validation));
        RunResult.Scores onTest = training.evaluateFinally(() -> scores(evaluator, test));
        RunResult.Measures measures = measures(training, (System.nanoTime() - start) / 1e9);
        Json.write(
            folder.resultFile(),
            result(
                training,
                count,
                data,
                rows,
                onValidation,
                onTest,
                majority(rows, validation, test),
                measures));
        training.removeCheckpoints();
      }
    } finally {
      plan.listener().onEnd();
    }
    return new Run(folder);
  }

  /** Refuses before any work; nothing is written or deleted until all input proved good. */
  private void checkFolder() {
    if (!folder.exists()) {
      if (Files.exists(folder.path()) && !(Files.isDirectory(folder.path()) && folder.isEmpty())) {
        throw new UserException(folder.path() + " exists and is not a run folder");
      }
      return;
    }
    switch (plan.existing()) {
      case REFUSE ->
          throw new UserException(
              folder.path()
                  + " holds a run already; resume it, overwrite it, or choose another folder");
      case RESUME -> requireSameSettings();
      case OVERWRITE -> {}
    }
  }

  private void openFolder() {
    if (plan.existing() == FineTuning.Existing.OVERWRITE) {
      folder.clear();
    }
    if (folder.exists()) {
      AtomicFiles.deleteLeftovers(folder.path());
    } else {
      Json.write(folder.config(), plan.config());
    }
  }

  private void warnOfOtherThreads() {
    int before = Json.read(folder.provenance(), Provenance.class).threads();
    if (before != Torch.threads()) {
      plan.listener()
          .onWarning(
              "begun with %d threads, resumed with %d: the result may differ from that of a run without a stop"
                  .formatted(before, Torch.threads()));
    }
  }

  private void requireSameSettings() {
    RunConfig config = plan.config();
    RunConfig before = folder.readConfig();
    if (!before.equals(config)) {
      throw new UserException(
          folder.path()
              + " holds a run with other settings: "
              + Json.line(before)
              + "; asked for: "
              + Json.line(config));
    }
  }

  /** What is known of the adapter before its first evaluation. */
  private AdapterInfo adapterInfo() {
    return new AdapterInfo(
        plan.method().spec(), plan.model().identity(), task.name(), plan.seed(), Map.of());
  }

  private Tokenized tokenized(TaskData data, Split split) {
    return new Tokenized(
        task.name() + ", " + split,
        data.examples(split, plan.method().prefixesTask()),
        plan.model().tokenizer(),
        protocol.maxSourceLength());
  }

  private RunResult.Scores scores(Evaluator evaluator, Tokenized split) {
    List<Metric> metrics = task.metrics();
    return new RunResult.Scores(
        evaluator.evaluate(split, metrics, protocol.finalLength()), split.size());
  }

  private RunResult.Majority majority(Tokenized train, Tokenized validation, Tokenized test) {
    String answer = train.mostFrequentTarget();
    List<Metric> metrics = task.metrics();
    return new RunResult.Majority(
        validation.score(metrics, Collections.nCopies(validation.size(), answer)),
        test.score(metrics, Collections.nCopies(test.size(), answer)));
  }

  private static RunResult.Measures measures(Training training, double seconds) {
    return new RunResult.Measures(
        seconds,
        training.trainingSeconds(),
        training.examplesPerSecond(),
        ProcessMemory.peakBytes(),
        Torch.threads());
  }

  private RunResult result(
      Training training,
      ParameterCount count,
      TaskData data,
      Tokenized rows,
      RunResult.Scores validation,
      RunResult.Scores test,
      RunResult.Majority majority,
      RunResult.Measures measures) {
    return new RunResult(
        RunResult.SCHEMA,
        task.name(),
        plan.method().name(),
        plan.method().spec(),
        new RunResult.Model(plan.model().name(), plan.model().fingerprint()),
        plan.seed(),
        plan.precision(),
        protocol,
        protocol.decode(),
        count.trainable(),
        count.total(),
        count.percent(),
        training.step(),
        training.best(),
        validation,
        test,
        majority,
        rows.truncatedShare(),
        new RunResult.Data(
            data.source(), data.complete(), data.sha256(), rows.size(), task.dataSeed()),
        measures);
  }
}
