package io.github.compacter4j.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How to train.
 *
 * @param name {@code paper} or {@code small}
 * @param epochs passes over the training rows
 * @param maxSteps most optimiser steps; 0 for as many as the epochs make
 * @param batchSize rows of a micro-batch
 * @param accumulation micro-batches of a step
 * @param learningRate peak of the schedule
 * @param warmupSteps steps of linear growth; negative for {@code warmupShare}
 * @param warmupShare warm-up as a share of all steps, where {@code warmupSteps} is negative
 * @param maxGradientNorm norm to which gradients are clipped
 * @param dropout probability; negative for the model's own
 * @param maxSourceLength most ids of a source, its end included
 * @param evaluationSteps steps between evaluations; 0 for one an epoch
 * @param evaluationLength most ids generated in evaluations while training
 * @param finalLength most ids generated in the final evaluation
 * @param evaluationBatchSize rows of a batch of evaluation
 */
@JsonInclude
public record Protocol(
    String name,
    int epochs,
    int maxSteps,
    int batchSize,
    int accumulation,
    double learningRate,
    int warmupSteps,
    double warmupShare,
    double maxGradientNorm,
    double dropout,
    int maxSourceLength,
    int evaluationSteps,
    int evaluationLength,
    int finalLength,
    int evaluationBatchSize) {

  /** Names of the protocols. */
  public static final List<String> NAMES = List.of("paper", "small");

  private static final Set<String> LONG_TASKS =
      Set.of("mrpc", "cola", "stsb", "rte", "wnli", "boolq", "cb", "copa", "wic", "wsc");

  /** Peak learning rates of the reference's configurations; others 3e-4. */
  private static final Map<String, Double> PAPER_RATES =
      Map.of(
          "lowrank", 3e-3,
          "phm", 3e-3,
          "compacter", 3e-3,
          "compacter++", 3e-3,
          "prompt-random", 3e-2,
          "prompt-vocabulary", 3e-1,
          "said", 3e-2);

  /** Rates for the bundled model, chosen once on SST-2's validation rows; others the paper's. */
  private static final Map<String, Double> SMALL_RATES =
      Map.of("full", 1e-3, "compacter", 1e-2, "compacter++", 1e-2);

  private static final Set<String> SPLIT_BATCHES =
      Set.of("prompt-random", "prompt-vocabulary", "said");

  /** Checks ranges. */
  public Protocol {
    positive("epochs", epochs);
    positive("batch size", batchSize);
    positive("accumulation", accumulation);
    positive("evaluation batch size", evaluationBatchSize);
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw UserException.usage(
          "learning rate is " + learningRate + ", expected a positive number");
    }
    if (maxSteps < 0 || warmupShare < 0 || warmupShare > 1 || dropout >= 1) {
      throw UserException.usage(
          "expected steps >= 0, warm-up share in 0..1 and dropout below 1, found "
              + maxSteps
              + ", "
              + warmupShare
              + ", "
              + dropout);
    }
  }

  private static void positive(String what, int value) {
    if (value < 1) {
      throw UserException.usage(what + " is " + value + ", expected at least 1");
    }
  }

  /** The protocol of this name for a method and a task. */
  public static Protocol named(String name, String method, String task) {
    return switch (name) {
      case "paper" -> paper(method, task);
      case "small" -> small(method);
      default -> throw Names.unknown("protocol", name, NAMES);
    };
  }

  /** The paper's: batch 100, warm-up 500 steps, 20 epochs on small tasks, 3 on large ones. */
  public static Protocol paper(String method, String task) {
    boolean split = SPLIT_BATCHES.contains(method);
    return new Protocol(
        "paper",
        LONG_TASKS.contains(task) ? 20 : 3,
        0,
        split ? 50 : 100,
        split ? 2 : 1,
        PAPER_RATES.getOrDefault(method, 3e-4),
        500,
        0,
        1,
        -1,
        128,
        0,
        20,
        128,
        100);
  }

  /** For the bundled model: batch 32, at most 600 steps, warm-up 10 %, an evaluation every 50. */
  public static Protocol small(String method) {
    double rate = SMALL_RATES.getOrDefault(method, PAPER_RATES.getOrDefault(method, 3e-4));
    return new Protocol("small", 20, 600, 32, 1, rate, -1, 0.1, 1, -1, 128, 50, 20, 128, 100);
  }

  /** Other passes over the data. */
  public Protocol withEpochs(int value) {
    return with(value, maxSteps, batchSize, learningRate, warmupSteps, evaluationSteps);
  }

  /** Another limit of steps. */
  public Protocol withMaxSteps(int value) {
    return with(epochs, value, batchSize, learningRate, warmupSteps, evaluationSteps);
  }

  /** Another batch size. */
  public Protocol withBatchSize(int value) {
    return with(epochs, maxSteps, value, learningRate, warmupSteps, evaluationSteps);
  }

  /** Another peak learning rate. */
  public Protocol withLearningRate(double value) {
    return with(epochs, maxSteps, batchSize, value, warmupSteps, evaluationSteps);
  }

  /** Another number of warm-up steps. */
  public Protocol withWarmupSteps(int value) {
    return with(epochs, maxSteps, batchSize, learningRate, value, evaluationSteps);
  }

  /** Other steps between evaluations; 0 for one an epoch. */
  public Protocol withEvaluationSteps(int value) {
    return with(epochs, maxSteps, batchSize, learningRate, warmupSteps, value);
  }

  private Protocol with(
      int epochs, int maxSteps, int batchSize, double rate, int warmup, int evaluationSteps) {
    return new Protocol(
        name,
        epochs,
        maxSteps,
        batchSize,
        accumulation,
        rate,
        warmup,
        warmupShare,
        maxGradientNorm,
        dropout,
        maxSourceLength,
        evaluationSteps,
        evaluationLength,
        finalLength,
        evaluationBatchSize);
  }

  /** Steps of one epoch over so many rows; the last, smaller batch counts. */
  public int stepsPerEpoch(int rows) {
    int batches = (rows + batchSize - 1) / batchSize;
    return Math.max(1, batches / accumulation);
  }

  /** All steps of a run over so many training rows. */
  public int totalSteps(int rows) {
    int steps = Math.multiplyExact(epochs, stepsPerEpoch(rows));
    return maxSteps == 0 ? steps : Math.min(steps, maxSteps);
  }

  /** Warm-up steps of a run of so many steps. */
  public int warmup(int totalSteps) {
    return warmupSteps >= 0 ? warmupSteps : (int) Math.round(warmupShare * totalSteps);
  }
}
