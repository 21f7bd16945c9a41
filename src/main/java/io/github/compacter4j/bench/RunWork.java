package io.github.compacter4j.bench;

import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.train.RunPlan;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a run has to do, padding included, as far as its plan and data tell.
 *
 * @param steps optimiser steps, if patience does not end them
 * @param idsPerStep source ids of a step
 * @param predictions rows predicted in all evaluations
 * @param idsPerPrediction source ids of such a row
 */
public record RunWork(int steps, double idsPerStep, long predictions, double idsPerPrediction) {
  /** Rows of a split whose lengths stand for all. */
  private static final int SAMPLE = 1000;

  /** The work of a plan; reads its data. */
  public static RunWork of(RunPlan plan) {
    TaskData data = plan.loadData();
    Protocol protocol = plan.protocol();
    int rows = examples(data, Split.TRAIN, plan).size();
    int[] train = lengths(data, Split.TRAIN, plan);
    int[] validation = lengths(data, Split.VALIDATION, plan);
    int steps = protocol.totalSteps(rows);
    int interval =
        protocol.evaluationSteps() > 0 ? protocol.evaluationSteps() : protocol.stepsPerEpoch(rows);
    long onValidation = examples(data, Split.VALIDATION, plan).size();
    long onTest = examples(data, Split.TEST, plan).size();
    return new RunWork(
        steps,
        protocol.accumulation() * idsOfBatch(train, protocol),
        ((steps + interval - 1) / interval + 1L) * onValidation + onTest,
        Arrays.stream(validation).average().orElseThrow());
  }

  private static List<Example> examples(TaskData data, Split split, RunPlan plan) {
    return plan.reader().examples(data, split);
  }

  private static int[] lengths(TaskData data, Split split, RunPlan plan) {
    List<Example> all = examples(data, split, plan);
    Tokenized rows = plan.reader().rows(all.subList(0, Math.min(SAMPLE, all.size())));
    return IntStream.range(0, rows.size()).map(rows::length).toArray();
  }

  /** All rows of a batch are as long as its longest; grouped by length they hardly differ. */
  private static double idsOfBatch(int[] lengths, Protocol protocol) {
    int rows = Math.min(protocol.batchSize(), lengths.length);
    if (protocol.groupByLength()) {
      return rows * Arrays.stream(lengths).average().orElseThrow();
    }
    return rows
        * IntStream.rangeClosed(0, lengths.length / rows - 1)
            .map(b -> Arrays.stream(lengths, b * rows, (b + 1) * rows).max().orElseThrow())
            .average()
            .orElseThrow();
  }
}
