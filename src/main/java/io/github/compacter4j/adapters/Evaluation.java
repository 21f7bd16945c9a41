package io.github.compacter4j.adapters;

import io.github.compacter4j.metrics.Interval;
import java.util.Map;

/**
 * Scores on a split with how sure they are.
 *
 * @param metrics in percent, by the reference's names
 * @param rows rows of the split
 * @param confidence of the intervals, in percent
 * @param intervals bootstrap intervals of the metrics, over the rows of the split
 */
public record Evaluation(
    Map<String, Double> metrics, int rows, double confidence, Map<String, Interval> intervals) {}
