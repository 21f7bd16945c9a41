package io.github.compacter4j.cli.options;

import io.github.compacter4j.UserException;
import io.github.compacter4j.run.Protocol;
import java.lang.reflect.Field;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that change single settings of a protocol; each field is named as its setting. */
public final class ProtocolOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(names = "--epochs", description = "Passes over the training rows.")
  Integer epochs;

  @Option(
      names = "--steps",
      paramLabel = "<steps>",
      description = "Most optimiser steps; 0: as the epochs make.")
  Integer maxSteps;

  @Option(names = "--batch-size", description = "Rows of a micro-batch.")
  Integer batchSize;

  @Option(names = "--accumulation", description = "Micro-batches of a step.")
  Integer accumulation;

  @Option(names = "--lr", description = "Peak learning rate.")
  Double learningRate;

  @Option(
      names = "--head-lr",
      paramLabel = "<rate>",
      description = "Peak learning rate of an encoder's head; 0: that of the rest.")
  Double headLearningRate;

  @Option(
      names = "--warmup",
      paramLabel = "<warmup>",
      description = "Warm-up steps; below 0: a share of all steps, see --warmup-share.")
  Integer warmupSteps;

  @Option(names = "--warmup-share", description = "Warm-up as a share of all steps.")
  Double warmupShare;

  @Option(
      names = "--clip",
      paramLabel = "<clip>",
      description = "Joint norm to which gradients are clipped.")
  Double maxGradientNorm;

  @Option(names = "--dropout", description = "Probability; below 0: the model's own.")
  Double dropout;

  @Option(names = "--max-source-length", description = "Most ids of a source, its end included.")
  Integer maxSourceLength;

  @Option(names = "--group-by-length", description = "Make batches of rows of like length.")
  Boolean groupByLength;

  @Option(
      names = "--gradient-checkpointing",
      description = "Compute blocks again in the backward pass: slower, less memory.")
  Boolean gradientCheckpointing;

  @Option(names = "--eval-steps", description = "Steps between evaluations; 0: one an epoch.")
  Integer evaluationSteps;

  @Option(
      names = "--patience",
      description = "Stop after so many evaluations without a better one; 0: never.")
  Integer patience;

  @Option(
      names = "--decode",
      description = "generate: what the model writes; labels: the likeliest of the labels.")
  String decode;

  @Option(names = "--eval-batch-size", description = "Rows of a batch of evaluation.")
  Integer evaluationBatchSize;

  /** The protocol with what was asked for. */
  public Protocol applyTo(Protocol protocol) {
    Protocol changed = protocol;
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (option.userObject() instanceof Field field
          && field.getDeclaringClass() == ProtocolOptions.class) {
        changed = with(changed, field.getName(), option);
      }
    }
    return changed;
  }

  private static Protocol with(Protocol protocol, String setting, OptionSpec option) {
    try {
      Object value = option.getValue();
      return with(protocol, setting, value);
    } catch (UserException e) {
      throw UserException.usage(option.longestName() + ": " + e.getMessage());
    }
  }

  private static Protocol with(Protocol protocol, String setting, Object value) {
    boolean isShare = setting.equals("warmupShare"); // which counts where no steps are given
    return (isShare ? protocol.with("warmupSteps", -1) : protocol).with(setting, value);
  }
}
