package io.github.compacter4j.train;

import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.learner.TaskReader;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.Provenance;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunDifferences;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.run.RunLock;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.run.RunResultBuilder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.ProcessMemory;
import io.github.compacter4j.torch.Torch;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Carries out one run from data to result. */
final class Runner {
  private final RunPlan plan;
  private final Task task;
  private final Protocol protocol;
  private RunFolder folder; // null until all input proved good, if none was asked for

  Runner(RunPlan plan) {
    this.plan = plan;
    task = plan.task();
    protocol = plan.protocol();
    folder = plan.folder().orElse(null);
  }

  Run run() {
    if (plan.method().startsFromAdapter() && plan.start() == null) {
      throw UserException.usage(
          "method %s starts from adapters that were trained before; 'adapters combine' writes a folder of them, from which a run starts (--from)"
              .formatted(plan.method()));
    }
    requireSeedOfStart();
    if (folder != null) {
      checkFolder();
      if (isDone()) {
        removeRemains();
        return new Run(folder);
      }
    }
    TaskReader reader = plan.reader();
    TaskData data = plan.loadData();
    Rows rows =
        new Rows(
            reader.rows(data, Split.TRAIN),
            reader.rows(data, Split.VALIDATION),
            reader.rows(data, Split.TEST));
    try (Network network = plan.newNetwork();
        Adaptation adaptation = plan.method().applyTo(network, task.name(), plan.seed())) {
      if (plan.precision().equals("bf16")) {
        network.weights().keepFrozenMatricesInBfloat16();
      }
      Learner learner = plan.learner(network);
      if (folder == null) {
        folder = plan.newFolder();
      }
      try (RunLock lock = RunLock.take(folder.path())) {
        lock.warning().ifPresent(plan.listener()::onWarning);
        checkFolder(); // another process may have been here since
        if (!isDone()) {
          openFolder(data);
          train(data, rows, adaptation, learner);
        }
      }
    } finally {
      plan.listener().onEnd();
    }
    return new Run(folder);
  }

  private record Rows(Tokenized train, Tokenized validation, Tokenized test) {}

  private boolean isDone() {
    return folder.isFinished() && plan.existing() == RunPlan.Existing.RESUME;
  }

  /** Removes what a process left that died between the result and its own end. */
  private void removeRemains() {
    if (folder.hasRemains()) {
      RunLock.tryTake(folder.path()) // whoever still holds it removes them itself
          .ifPresent(
              lock -> {
                try (lock) {
                  folder.deleteCheckpoints();
                }
              });
    }
  }

  private void train(TaskData data, Rows rows, Adaptation adaptation, Learner learner) {
    Evaluator evaluator = new Evaluator(learner, protocol.evaluationBatchSize());
    RunListener listener = plan.listener();
    try (StepGradients gradients =
            new StepGradients(learner, adaptation, rows.train(), protocol, plan.seed());
        Training training = new Training(adaptation, gradients, folder, adapterInfo(), listener)) {
      plan.model().leftOut(task, plan.pooling()).ifPresent(listener::onWarning);
      if (training.resume()) {
        warnOfOtherThreads();
      } else {
        startFrom(adaptation);
        Json.write(folder.provenance(), Provenance.of(plan.config(), data));
      }
      listener.onData(data);
      data.withoutText().forEach(listener::onWarning);
      rows.train().cut().map("training rows: "::concat).ifPresent(listener::onWarning);
      int steps = training.totalSteps();
      listener.onStart(plan.describe(), steps, protocol.warmup(steps));
      training.run(
          () -> evaluator.evaluate(rows.validation(), task.metrics(), protocol.evaluationLength()));
      LossTrend.warning(folder.readMetrics()).ifPresent(listener::onWarning);
      AdapterFile.read(folder.adapter(), adaptation.kept());
      RunResult.Scores validation =
          training.evaluateFinally(() -> scores(evaluator, rows.validation()));
      RunResult.Scores test = training.evaluateFinally(() -> scores(evaluator, rows.test()));
      ParameterCount count = ParameterCounter.count(adaptation, plan.method());
      RunResult.Head head = head(adaptation.network());
      Json.write(folder.resultFile(), result(training, count, head, data, rows, validation, test));
      training.removeCheckpoints();
    }
  }

  /** Refuses trained numbers whose meaning was drawn from another seed. */
  private void requireSeedOfStart() {
    if (plan.start() != null && plan.method().needsSeed()) {
      long drawn = new RunFolder(plan.start()).readAdapterInfo().seed();
      if (drawn != plan.seed()) {
        throw UserException.usage(
            "method %s: what it draws in %s was drawn from seed %d, and a run that starts there takes the same seed, not %d"
                .formatted(plan.method(), plan.start(), drawn, plan.seed()));
      }
    }
  }

  /** Gives the tensors the values of the adapter that was asked for, if one was. */
  private void startFrom(Adaptation adaptation) {
    if (plan.start() != null) {
      AdapterFile.read(new RunFolder(plan.start()).adapter(), adaptation.kept());
    }
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
      case OVERWRITE -> folder.requireOwnFilesAlone();
    }
  }

  private void openFolder(TaskData data) {
    if (plan.existing() == RunPlan.Existing.OVERWRITE) {
      folder.clear();
    }
    if (folder.exists()) {
      requireSameData(data);
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

  /** Equal settings may find other files, where these were fetched or edited meanwhile. */
  private void requireSameData(TaskData data) {
    folder
        .otherData(data)
        .ifPresent(
            difference -> {
              throw new UserException(
                  folder.path()
                      + ": begun with other data: "
                      + difference
                      + "; bring that data back (--data), or overwrite the run");
            });
  }

  private void requireSameSettings() {
    if (!folder.readConfig().equals(plan.config())) {
      String differences =
          RunDifferences.ofSettings(folder, plan.config()).stream()
              .map(RunDifferences.Difference::asked)
              .collect(Collectors.joining("; "));
      throw new UserException(folder.path() + " holds a run with other settings: " + differences);
    }
  }

  /** What is known of the adapter before its first evaluation. */
  private AdapterInfo adapterInfo() {
    return new AdapterInfo(
        plan.method().spec().toString(),
        plan.model().identity(),
        task.name(),
        plan.seed(),
        Map.of());
  }

  private RunResult.Scores scores(Evaluator evaluator, Tokenized split) {
    List<Metric> metrics = task.metrics();
    return new RunResult.Scores(
        evaluator.evaluate(split, metrics, protocol.finalLength()), split.size());
  }

  private RunResult.OneAnswer oneAnswer(Rows rows) {
    String answer = rows.train().mostFrequentTarget();
    return new RunResult.OneAnswer(always(answer, rows.validation()), always(answer, rows.test()));
  }

  private Map<String, Double> always(String answer, Tokenized split) {
    return split.score(task.metrics(), Collections.nCopies(split.size(), answer));
  }

  private static RunResult.Measures measures(Training training) {
    return new RunResult.Measures(
        training.seconds(),
        training.trainingSeconds(),
        training.examplesPerSecond(),
        ProcessMemory.peakBytes(),
        Torch.threads());
  }

  private static RunResult.Head head(Network network) {
    Collection<Parameter> tensors = network.headTensors().values();
    long params = tensors.stream().mapToLong(tensor -> tensor.getArray().size()).sum();
    return tensors.isEmpty() ? null : new RunResult.Head(tensors.size(), params);
  }

  private RunResult result(
      Training training,
      ParameterCount count,
      RunResult.Head head,
      TaskData data,
      Rows rows,
      RunResult.Scores validation,
      RunResult.Scores test) {
    return RunResultBuilder.builder()
        .schema(RunResult.SCHEMA)
        .task(task.name())
        .method(plan.method().name())
        .spec(plan.method().spec().toString())
        .model(new RunResult.Model(plan.model().name(), plan.model().fingerprint()))
        .seed(plan.seed())
        .precision(plan.precision())
        .protocol(protocol)
        .decode(protocol.decode())
        .pooling(plan.pooling())
        .start(plan.start() == null ? null : plan.config().start().sha256())
        .trainable(count.trainable())
        .total(count.total())
        .percent(count.percent())
        .head(head)
        .steps(training.step())
        .best(training.best())
        .validation(validation)
        .test(test)
        .oneAnswer(oneAnswer(rows))
        .truncatedShare(rows.train().truncatedShare())
        .data(
            new RunResult.Data(
                data.source(),
                data.complete(),
                data.sha256(),
                rows.train().size(),
                task.dataSeed()))
        .measures(measures(training))
        .build();
  }
}
