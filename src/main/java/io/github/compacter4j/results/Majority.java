package io.github.compacter4j.results;

import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.find.Split;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Collectors;

/** The baseline that always answers the most frequent label. */
public final class Majority {
  private Majority() {}

  /** Share of a split's rows that have its most frequent label, in percent. */
  public static double accuracy(TaskData data, Split split) {
    Map<String, Long> counts =
        data.examples(split, false).stream()
            .collect(Collectors.groupingBy(Example::target, Collectors.counting()));
    return 100.0 * Collections.max(counts.values()) / data.size(split);
  }
}
