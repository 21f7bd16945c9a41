package io.github.compacter4j.paper;

import io.github.compacter4j.metrics.Summary;
import java.util.OptionalDouble;

/**
 * A method's average over tasks, with what it trains and what memory it takes: a point of the
 * paper's Figure 1.
 *
 * @param name the method, with options where a table has it with several
 * @param percent trained parameters in percent of the model's
 * @param score the average in percent, over seeds
 * @param memory in megabytes, where it was measured
 */
public record MethodAverage(String name, double percent, Summary score, OptionalDouble memory) {}
