package io.github.compacter4j.metrics;

import java.util.List;
import java.util.stream.IntStream;

/** A score that is the mean of what each row scores by itself. */
interface RowScore extends Scorer {
  /** The row's score, from 0 to 1. */
  double of(String prediction, Reference reference);

  @Override
  default double of(List<String> predictions, List<Reference> references) {
    return IntStream.range(0, predictions.size())
            .mapToDouble(i -> of(predictions.get(i), references.get(i)))
            .sum()
        / predictions.size();
  }
}
