package io.github.compacter4j.results;

import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.tasks.find.Split;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A result among others.
 *
 * @param source the file it was read from, or the run
 * @param setting all but the seeds
 * @param chosen what a choice on validation took, or nothing
 */
record Entry(String source, RunResult result, Setting setting, String chosen) {
  /** The seed of a run and that of its data. */
  record Seeds(long run, long data) implements Comparable<Seeds> {
    @Override
    public int compareTo(Seeds other) {
      return Comparator.comparingLong(Seeds::run)
          .thenComparingLong(Seeds::data)
          .compare(this, other);
    }
  }

  /** Entries that have something in common together, in the order of their first ones. */
  static <K> Map<K, List<Entry>> group(List<Entry> entries, Function<Entry, K> key) {
    return entries.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  static Entry of(String source, RunResult result) {
    return new Entry(source, result, Setting.of(result), "");
  }

  Seeds seeds() {
    return new Seeds(result.seed(), result.data().seed());
  }

  int trainingRows() {
    return result.data().trainRows();
  }

  Map<String, Double> scores(Split split) {
    return (split == Split.VALIDATION ? result.validation() : result.test()).metrics();
  }

  Map<String, Double> oneAnswer(Split split) {
    RunResult.OneAnswer all = result.oneAnswer();
    if (all == null) {
      return Map.of(); // the file of an older version
    }
    return split == Split.VALIDATION ? all.validation() : all.test();
  }

  double validationAverage() {
    return Metric.average(result.validation().metrics());
  }
}
