package io.github.compacter4j.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.util.Map;

/**
 * A line of {@code metrics.jsonl}: a step, or an evaluation.
 *
 * @param step optimiser step, counted from 1
 * @param epoch passes over the training rows, fractions included
 * @param loss mean loss of the step; null in an evaluation
 * @param gradientNorm before clipping; null in an evaluation
 * @param learningRate of the step; null in an evaluation
 * @param validation metrics in percent; null in a step
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MetricsLine(
    int step,
    double epoch,
    Double loss,
    Double gradientNorm,
    Double learningRate,
    Map<String, Double> validation) {
  static MetricsLine parse(String where, String line) {
    try {
      return Json.mapper().readValue(line, MetricsLine.class);
    } catch (JsonProcessingException e) {
      throw new UserException(where + ": not a line of metrics: " + UserException.reason(e));
    }
  }
}
