package io.github.compacter4j.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.methods.MethodEntry;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.tasks.PaperSetting;
import io.github.compacter4j.tasks.TaskSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * How to train.
 *
 * @param name {@code paper}, {@code small} or {@code glue}
 * @param epochs passes over the training rows
 * @param maxSteps most optimiser steps; 0 for as many as the epochs make
 * @param batchSize rows of a micro-batch
 * @param accumulation micro-batches of a step
 * @param learningRate peak of the schedule
 * @param headLearningRate peak of the schedule of an encoder's head; 0 for that of the rest
 * @param warmupSteps steps of linear growth; negative for {@code warmupShare}
 * @param warmupShare warm-up as a share of all steps, where {@code warmupSteps} is negative
 * @param maxGradientNorm norm to which gradients are clipped
 * @param dropout probability; negative for the model's own
 * @param maxSourceLength most ids of a source, its end included
 * @param groupByLength whether batches are made of rows of like length, which saves padding
 * @param gradientCheckpointing whether blocks are computed again in the backward pass, to save
 *     memory
 * @param evaluationSteps steps between evaluations; 0 for one an epoch
 * @param patience evaluations without a better one after which training stops; 0 for never
 * @param decode how predictions are made: {@code generate}, or {@code labels} to score the label
 *     set
 * @param evaluationLength most ids generated in evaluations while training
 * @param finalLength most ids generated in the final evaluation
 * @param evaluationBatchSize rows of a batch of evaluation
 */
@JsonInclude
@RecordBuilder
public record Protocol(
    String name,
    int epochs,
    int maxSteps,
    int batchSize,
    int accumulation,
    double learningRate,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) double headLearningRate,
    int warmupSteps,
    double warmupShare,
    double maxGradientNorm,
    double dropout,
    int maxSourceLength,
    boolean groupByLength,
    boolean gradientCheckpointing,
    int evaluationSteps,
    int patience,
    String decode,
    int evaluationLength,
    int finalLength,
    int evaluationBatchSize) {

  /** Names of T5's protocols. */
  public static final List<String> NAMES = List.of("paper", "small");

  /** Ways to predict: writing freely, as the paper does, or the likeliest of the labels. */
  public static final List<String> DECODES = List.of("generate", "labels");

  /** The paper's low-resource sets have at most so many rows. */
  private static final int MOST_LOW_RESOURCE_ROWS = 4000;

  /** Checks ranges; a missing {@code decode}, as older files have it, is {@code generate}. */
  public Protocol {
    atLeast(1, "epochs", epochs);
    atLeast(0, "steps", maxSteps);
    atLeast(1, "batch size", batchSize);
    atLeast(1, "accumulation", accumulation);
    atLeast(2, "source length", maxSourceLength);
    atLeast(0, "steps between evaluations", evaluationSteps);
    atLeast(0, "patience", patience);
    atLeast(2, "evaluation length", evaluationLength);
    atLeast(2, "final length", finalLength);
    atLeast(1, "evaluation batch size", evaluationBatchSize);
    positive("learning rate", learningRate);
    atLeast0("learning rate of the head", headLearningRate);
    positive("gradient norm to clip to", maxGradientNorm);
    below1("warm-up share", Math.max(0, warmupShare));
    below1("dropout", Math.max(0, dropout));
    decode = decode == null ? DECODES.get(0) : decode;
    if (!DECODES.contains(decode)) {
      throw Names.unknown("decode", decode, DECODES);
    }
  }

  private static void atLeast(int least, String what, int value) {
    if (value < least) {
      throw UserException.usage(what + " is " + value + ", expected at least " + least);
    }
  }

  private static void positive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw UserException.usage(what + " is " + value + ", expected a positive number");
    }
  }

  private static void atLeast0(String what, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw UserException.usage(what + " is " + value + ", expected 0 or a positive number");
    }
  }

  private static void below1(String what, double value) {
    if (!(value < 1)) {
      throw UserException.usage(what + " is " + value + ", expected a number below 1");
    }
  }

  /** A T5's protocol of this name for a task and a method by its spec as text. */
  public static Protocol named(String name, String method, TaskSpec task) {
    return named(name, MethodSpec.parse(method), task);
  }

  /** A T5's protocol of this name for a method and a task. */
  public static Protocol named(String name, MethodSpec method, TaskSpec task) {
    return switch (name) {
      case "paper" -> paper(method, task);
      case "small" -> small(method);
      default -> throw Names.unknown("protocol", name, NAMES);
    };
  }

  /**
   * The paper's: batch 100, warm-up 500 steps, 20 epochs on small tasks, 3 on large ones. On
   * SuperGLUE batches of 32 and 256 ids; on the low-resource sets 20 epochs, which is ours since
   * neither paper nor code tell.
   */
  public static Protocol paper(MethodSpec method, TaskSpec task) {
    PaperSetting paper = task.paper();
    boolean lowResource =
        task.maxTrainSamples().orElse(Integer.MAX_VALUE) <= MOST_LOW_RESOURCE_ROWS;
    MethodEntry entry = Methods.entry(method);
    int parts = entry.batchParts();
    return usual("paper")
        .epochs(lowResource ? paper.small().epochs() : paper.epochs())
        .batchSize(paper.batchSize() / parts)
        .accumulation(parts)
        .learningRate(entry.learningRate("paper"))
        .warmupSteps(500)
        .maxSourceLength(paper.maxSourceLength())
        .build();
  }

  /** For the bundled model: batch 32, at most 600 steps, warm-up 10 %, an evaluation every 50. */
  public static Protocol small(MethodSpec method) {
    double rate = Methods.entry(method).learningRate("small");
    return usual("small")
        .epochs(20)
        .maxSteps(600)
        .batchSize(32)
        .accumulation(1)
        .learningRate(rate)
        .warmupSteps(-1)
        .warmupShare(0.1)
        .maxSourceLength(128)
        .evaluationSteps(50)
        .build();
  }

  /** What all protocols have in common. */
  static ProtocolBuilder usual(String name) {
    return ProtocolBuilder.builder()
        .name(name)
        .maxGradientNorm(1)
        .dropout(-1)
        .decode(DECODES.get(0))
        .evaluationLength(20)
        .finalLength(128)
        .evaluationBatchSize(100);
  }

  /**
   * These settings with another value of one.
   *
   * @param setting the name of a component of this record, for instance {@code patience}
   * @throws UserException (wrong usage) for an unknown name or a value out of its range
   */
  public Protocol with(String setting, Object value) {
    return Json.with(this, "protocol setting", setting, value);
  }

  /** The settings in words, in one line. */
  public String describe() {
    StringBuilder text = new StringBuilder("protocol " + name + ": " + epochs + " epochs");
    text.append(maxSteps == 0 ? "" : ", at most " + maxSteps + " steps");
    text.append(", batches of ").append(batchSize);
    text.append(accumulation == 1 ? "" : " x " + accumulation);
    text.append(groupByLength ? " of like length" : "");
    text.append(", sources of at most ").append(maxSourceLength).append(" ids");
    text.append(", peak learning rate ").append(learningRate);
    text.append(headLearningRate == 0 ? "" : ", of the head " + headLearningRate);
    text.append(", gradients clipped to ").append(maxGradientNorm);
    text.append(dropout < 0 ? "" : ", dropout " + dropout);
    text.append(gradientCheckpointing ? ", blocks computed again" : "");
    text.append(evaluationSteps == 0 ? ", scored each epoch" : ", scored every " + evaluationSteps);
    text.append(evaluationSteps == 0 ? "" : " steps");
    text.append(patience == 0 ? "" : ", stopped after " + patience + " without a better score");
    return text.append(", decoded by ").append(decode).toString();
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
