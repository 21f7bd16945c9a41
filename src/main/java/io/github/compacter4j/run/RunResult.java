package io.github.compacter4j.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code result.json} holds; equal commands give equal results but for {@code measures}.
 *
 * @param schema version of this form
 * @param task the task's name
 * @param method the method's name
 * @param spec the method's canonical form, resolved
 * @param model the base model
 * @param seed seed of initialisation, order and dropout
 * @param precision {@code float32}, or {@code bf16} for frozen matrices in bfloat16
 * @param protocol all settings of training
 * @param decode how predictions are made
 * @param pooling how an encoder's states become one vector; null for other models
 * @param start SHA-256 of the adapter that training started from; null for the method's own start
 * @param trainable parameters that train, without a head's
 * @param total parameters of the model with the method's
 * @param percent 100 x trainable / parameters of the base model
 * @param head what trains besides on top of an encoder; null for other models
 * @param steps optimiser steps taken
 * @param best where the best weights come from
 * @param validation scores of the best weights
 * @param test scores of the best weights
 * @param oneAnswer what one answer for all rows would score
 * @param truncatedShare share of training sources that were cut
 * @param data where the rows come from
 * @param measures time and memory
 */
@JsonPropertyOrder
@RecordBuilder
public record RunResult(
    int schema,
    String task,
    String method,
    String spec,
    Model model,
    long seed,
    String precision,
    Protocol protocol,
    String decode,
    @JsonInclude(JsonInclude.Include.NON_NULL) String pooling,
    @JsonInclude(JsonInclude.Include.NON_NULL) String start,
    long trainable,
    long total,
    double percent,
    @JsonInclude(JsonInclude.Include.NON_NULL) Head head,
    int steps,
    Best best,
    Scores validation,
    Scores test,
    @JsonProperty("majority") OneAnswer oneAnswer,
    double truncatedShare,
    Data data,
    Measures measures) {
  /** The current form. */
  public static final int SCHEMA = 1;

  /** What every file of this form has; the rest is missing in files of older versions. */
  private static final List<String> REQUIRED =
      List.of(
          "/schema",
          "/task",
          "/method",
          "/spec",
          "/model/name",
          "/model/sha256",
          "/seed",
          "/protocol/name",
          "/decode",
          "/trainable",
          "/percent",
          "/best",
          "/validation/metrics",
          "/test/metrics",
          "/data/source",
          "/data/sha256",
          "/data/trainRows",
          "/measures");

  /**
   * Reads a {@code result.json}.
   *
   * @throws UserException naming the file and what is wrong with it
   */
  public static RunResult read(Path file) {
    RunResult result = Json.read(file, RunResult.class, REQUIRED);
    if (result.schema() != SCHEMA) {
      throw new UserException(
          file + ": schema is " + result.schema() + ", this version reads " + SCHEMA);
    }
    requireNumbers(file, "validation", result.validation().metrics());
    requireNumbers(file, "test", result.test().metrics());
    return result;
  }

  /** Tools that know no NaN write null in its place; neither is a score. */
  private static void requireNumbers(Path file, String split, Map<String, Double> metrics) {
    metrics.forEach(
        (metric, score) -> {
          if (score == null || !Double.isFinite(score)) {
            throw new UserException(
                "%s: %s %s is %s, expected a number".formatted(file, split, metric, score));
          }
        });
  }

  /**
   * The base model.
   *
   * @param name as asked for
   * @param sha256 fingerprint of its tensors
   */
  public record Model(String name, String sha256) {}

  /**
   * The head of an encoder.
   *
   * @param tensors how many
   * @param params how many numbers they hold
   */
  public record Head(int tensors, long params) {}

  /**
   * The evaluation that chose the weights.
   *
   * @param epoch passes over the training rows before it, fractions included
   * @param step optimiser step after which it was
   * @param average mean of its metrics
   */
  public record Best(double epoch, int step, double average) {}

  /**
   * Scores on a split.
   *
   * @param metrics in percent, by the reference's names
   * @param rows rows of the split
   */
  public record Scores(Map<String, Double> metrics, int rows) {
    /** Each metric with its score, with two digits. */
    public String text() {
      return metrics.entrySet().stream()
          .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), e.getValue()))
          .collect(Collectors.joining(", "));
    }
  }

  /**
   * Scores of always writing the most frequent target of the training rows used.
   *
   * @param validation in percent, by the reference's names
   * @param test in percent, by the reference's names
   */
  public record OneAnswer(Map<String, Double> validation, Map<String, Double> test) {}

  /**
   * The rows.
   *
   * @param source what was read
   * @param complete whether it has all rows of the official files
   * @param sha256 of each file
   * @param trainRows training rows used
   * @param seed of splits and subsets
   */
  public record Data(
      String source, boolean complete, Map<String, String> sha256, int trainRows, long seed) {}

  /**
   * What differs from run to run.
   *
   * @param seconds of training, evaluations included
   * @param trainingSeconds of training steps alone
   * @param examplesPerSecond training rows over trainingSeconds
   * @param peakMemoryBytes highest resident size of the process
   * @param threads of one operation
   */
  public record Measures(
      double seconds,
      double trainingSeconds,
      double examplesPerSecond,
      long peakMemoryBytes,
      int threads) {}
}
