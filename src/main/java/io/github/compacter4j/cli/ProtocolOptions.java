package io.github.compacter4j.cli;

import io.github.compacter4j.run.Protocol;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that change single settings of a protocol. */
final class ProtocolOptions {
  private final Map<String, Object> settings = new LinkedHashMap<>();

  @Option(names = "--epochs", description = "Passes over the training rows.")
  void epochs(int value) {
    settings.put("epochs", value);
  }

  @Option(names = "--steps", description = "Most optimiser steps; 0: as the epochs make.")
  void steps(int value) {
    settings.put("maxSteps", value);
  }

  @Option(names = "--batch-size", description = "Rows of a micro-batch.")
  void batchSize(int value) {
    settings.put("batchSize", value);
  }

  @Option(names = "--accumulation", description = "Micro-batches of a step.")
  void accumulation(int value) {
    settings.put("accumulation", value);
  }

  @Option(names = "--lr", description = "Peak learning rate.")
  void learningRate(double value) {
    settings.put("learningRate", value);
  }

  @Option(
      names = "--warmup",
      description = "Warm-up steps; below 0: a share of all steps, see --warmup-share.")
  void warmup(int value) {
    settings.put("warmupSteps", value);
  }

  @Option(names = "--warmup-share", description = "Warm-up as a share of all steps.")
  void warmupShare(double value) {
    settings.put("warmupSteps", -1);
    settings.put("warmupShare", value);
  }

  @Option(names = "--clip", description = "Joint norm to which gradients are clipped.")
  void clip(double value) {
    settings.put("maxGradientNorm", value);
  }

  @Option(names = "--dropout", description = "Probability; below 0: the model's own.")
  void dropout(double value) {
    settings.put("dropout", value);
  }

  @Option(names = "--max-source-length", description = "Most ids of a source, its end included.")
  void maxSourceLength(int value) {
    settings.put("maxSourceLength", value);
  }

  @Option(names = "--group-by-length", description = "Make batches of rows of like length.")
  void groupByLength(boolean value) {
    settings.put("groupByLength", value);
  }

  @Option(
      names = "--gradient-checkpointing",
      description = "Compute blocks again in the backward pass: slower, less memory.")
  void gradientCheckpointing(boolean value) {
    settings.put("gradientCheckpointing", value);
  }

  @Option(names = "--eval-steps", description = "Steps between evaluations; 0: one an epoch.")
  void evaluationSteps(int value) {
    settings.put("evaluationSteps", value);
  }

  @Option(
      names = "--patience",
      description = "Stop after so many evaluations without a better one; 0: never.")
  void patience(int value) {
    settings.put("patience", value);
  }

  @Option(
      names = "--decode",
      description = "generate: what the model writes; labels: the likeliest of the labels.")
  void decode(String value) {
    settings.put("decode", value);
  }

  @Option(names = "--eval-batch-size", description = "Rows of a batch of evaluation.")
  void evaluationBatchSize(int value) {
    settings.put("evaluationBatchSize", value);
  }

  /** The protocol with what was asked for. */
  Protocol applyTo(Protocol protocol) {
    Protocol changed = protocol;
    for (Map.Entry<String, Object> setting : settings.entrySet()) {
      changed = changed.with(setting.getKey(), setting.getValue());
    }
    return changed;
  }
}
