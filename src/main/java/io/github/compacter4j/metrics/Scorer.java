package io.github.compacter4j.metrics;

import java.util.List;

/** What a metric makes of predictions and references, as a fraction of 1. */
interface Scorer {
  double of(List<String> predictions, List<Reference> references);
}
