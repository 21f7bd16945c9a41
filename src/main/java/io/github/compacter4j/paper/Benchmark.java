package io.github.compacter4j.paper;

import io.github.compacter4j.metrics.Metric;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The numbers that the paper's tables print, in their order; an average is their plain mean. */
public enum Benchmark {
  /** The eleven of Table 1. */
  GLUE(
      "cola matthews_correlation",
      "sst2 accuracy",
      "mrpc accuracy",
      "mrpc f1",
      "qqp accuracy",
      "qqp f1",
      "stsb pearson",
      "stsb spearmanr",
      "mnli accuracy",
      "qnli accuracy",
      "rte accuracy"),
  /** The nine of Table 2. */
  SUPERGLUE(
      "boolq accuracy",
      "cb accuracy",
      "cb f1_multiclass",
      "copa accuracy",
      "multirc f1",
      "multirc em",
      "record f1",
      "record em",
      "wic accuracy");

  private final List<TaskMetric> scores;

  Benchmark(String... scores) {
    this.scores = Arrays.stream(scores).map(TaskMetric::parse).toList();
  }

  /** The numbers, in the order of the table. */
  public List<TaskMetric> scores() {
    return scores;
  }

  /** The mean of all the benchmark's numbers; nothing where one is missing. */
  public Optional<Double> average(Map<TaskMetric, Double> values) {
    if (!values.keySet().containsAll(scores)) {
      return Optional.empty();
    }
    Map<String, Double> counted = new LinkedHashMap<>();
    scores.forEach(score -> counted.put(score.toString(), values.get(score)));
    return Optional.of(Metric.average(counted));
  }
}
