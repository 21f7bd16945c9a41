package io.github.compacter4j.train;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.run.MetricsLine;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.run.RunResult;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The loop: steps, evaluations, the best weights, checkpoints. */
final class Training implements AutoCloseable {
  private final Adaptation adaptation;
  private final Protocol protocol;
  private final RunFolder folder;
  private final AdapterInfo info;
  private final RunListener listener;
  private final AdamW optimizer;
  private final Checkpoint checkpoint;
  private final int totalSteps;
  private final LinearSchedule schedule;
  private final TrainingStep taking;
  private final StepGradients gradients;
  private int step;
  private boolean evaluated = true; // whether the evaluation due after this step is done
  private RunResult.Best best;
  private final long start = System.nanoTime();
  private Checkpoint.Spent before = Checkpoint.Spent.NOTHING; // by processes that were stopped
  private double stepSeconds;
  private long stepRows;

  /**
   * A run's training.
   *
   * @param info what is known of the adapter before its first evaluation
   */
  Training(
      Adaptation adaptation,
      StepGradients gradients,
      RunFolder folder,
      AdapterInfo info,
      RunListener listener) {
    this.adaptation = adaptation;
    this.gradients = gradients;
    this.folder = folder;
    this.info = info;
    this.listener = listener;
    protocol = gradients.protocol();
    optimizer = new AdamW(adaptation, protocol.maxGradientNorm(), 0, rateFactors(adaptation));
    checkpoint = new Checkpoint(folder);
    totalSteps = protocol.totalSteps(gradients.size());
    taking = new TrainingStep(adaptation, optimizer, totalSteps, gradients.seed());
    schedule = new LinearSchedule(protocol.learningRate(), protocol.warmup(totalSteps), totalSteps);
  }

  private Map<String, Double> rateFactors(Adaptation adaptation) {
    if (protocol.headLearningRate() == 0) {
      return Map.of();
    }
    double factor = protocol.headLearningRate() / protocol.learningRate();
    return adaptation.network().headTensors().keySet().stream()
        .collect(Collectors.toMap(name -> name, name -> factor));
  }

  /** Goes on from the latest checkpoint; false if there is none. */
  boolean resume() {
    Checkpoint.State state = checkpoint.restore(adaptation, optimizer);
    if (state == null) {
      return false;
    }
    step = state.step();
    evaluated = state.evaluated();
    best = state.best();
    if (state.spent() != null) {
      before = state.spent();
      stepSeconds = before.stepSeconds();
      stepRows = before.rows();
    }
    writeIfBest(); // if the process died between the checkpoint and the best weights
    return true;
  }

  /**
   * Trains to the end.
   *
   * @param evaluation scores the network as it is on the validation rows
   * @throws Interrupted if the thread was interrupted; a checkpoint is written first
   */
  void run(Supplier<Map<String, Double>> evaluation) {
    try (FileOutputStream metrics = folder.openMetrics(step, evaluated)) {
      if (!evaluated) {
        evaluateAndSave(evaluation, metrics);
      }
      while (step < totalSteps && !isOutOfPatience()) {
        takeStep(metrics);
        evaluated = !evaluationIsDue();
        if (!evaluated) {
          evaluateAndSave(evaluation, metrics);
        } else if (Thread.interrupted()) {
          throw saveAndStop();
        }
      }
    } catch (IOException e) {
      throw new UserException(folder.metricsFile() + ": cannot be written", e);
    }
  }

  private void evaluateAndSave(Supplier<Map<String, Double>> evaluation, FileOutputStream metrics)
      throws IOException {
    try {
      evaluate(evaluation.get(), metrics);
    } catch (EvaluationStopped e) {
      throw saveAndStop();
    }
    metrics.getFD().sync(); // lines up to a checkpoint are there if the checkpoint is
    save();
    writeIfBest();
    stopIfInterrupted();
  }

  /** Writes the weights if the latest evaluation, whose checkpoint is written, is the best. */
  private void writeIfBest() {
    if (best != null && best.step() == step) {
      AdapterFile.write(folder.adapter(), adaptation.kept());
      info.withMetrics(bestScores()).write(folder.adapterInfo());
    }
  }

  private Map<String, Double> bestScores() {
    return folder.readMetrics().stream()
        .filter(line -> line.step() == best.step() && line.validation() != null)
        .findFirst()
        .orElseThrow(() -> new UserException(folder.metricsFile() + ": lacks step " + best.step()))
        .validation();
  }

  /** Evaluates behind the last step, whose checkpoint an interrupt leaves as it is. */
  <T> T evaluateFinally(Supplier<T> evaluation) {
    try {
      T scores = evaluation.get();
      stopIfInterrupted();
      return scores;
    } catch (EvaluationStopped e) {
      throw new Interrupted(folder.path(), step);
    }
  }

  private void stopIfInterrupted() {
    if (Thread.interrupted()) {
      throw new Interrupted(folder.path(), step);
    }
  }

  private Interrupted saveAndStop() {
    save();
    return new Interrupted(folder.path(), step);
  }

  private void save() {
    Checkpoint.Spent spent = new Checkpoint.Spent(seconds(), stepSeconds, stepRows);
    Checkpoint.State state =
        new Checkpoint.State(
            step,
            evaluated,
            best,
            spent,
            optimizer.stepsOtherThan(step),
            adaptation.tensors().paused());
    checkpoint.write(state, adaptation, optimizer);
  }

  private boolean evaluationIsDue() {
    return step == totalSteps || step % evaluationInterval() == 0;
  }

  private int evaluationInterval() {
    int every = protocol.evaluationSteps();
    return every == 0 ? protocol.stepsPerEpoch(gradients.size()) : every;
  }

  private boolean isOutOfPatience() {
    int patience = protocol.patience();
    return patience > 0 && best != null && (step - best.step()) / evaluationInterval() >= patience;
  }

  private void takeStep(FileOutputStream metrics) throws IOException {
    long begin = System.nanoTime();
    double rate = schedule.rate(step + 1);
    TrainingStep.Taken taken = taking.take(step, rate, gradients::add);
    step++;
    stepSeconds += (System.nanoTime() - begin) / 1e9;
    stepRows += taken.rows();
    append(metrics, new MetricsLine(step, epoch(), taken.loss(), taken.norm(), rate, null));
    listener.onStep(step, taken.loss(), examplesPerSecond());
  }

  private void evaluate(Map<String, Double> scores, FileOutputStream metrics) throws IOException {
    double average = Metric.average(scores);
    boolean better = best == null || average > best.average();
    if (better) {
      best = new RunResult.Best(epoch(), step, average);
    }
    append(metrics, new MetricsLine(step, epoch(), null, null, null, scores));
    evaluated = true;
    listener.onEvaluation(step, scores, better);
  }

  private static void append(FileOutputStream metrics, MetricsLine line) throws IOException {
    metrics.write((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private double epoch() {
    return (double) step / protocol.stepsPerEpoch(gradients.size());
  }

  int step() {
    return step;
  }

  int totalSteps() {
    return totalSteps;
  }

  RunResult.Best best() {
    return best;
  }

  /** Of everything so far, that of processes that were stopped included. */
  double seconds() {
    return before.seconds() + (System.nanoTime() - start) / 1e9;
  }

  double trainingSeconds() {
    return stepSeconds;
  }

  double examplesPerSecond() {
    return stepRows == 0 ? 0 : stepRows / stepSeconds;
  }

  void removeCheckpoints() {
    checkpoint.clear();
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
