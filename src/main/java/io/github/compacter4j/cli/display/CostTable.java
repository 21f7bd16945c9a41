package io.github.compacter4j.cli.display;

import io.github.compacter4j.bench.StepBenchmark.Cost;
import java.util.List;
import java.util.Locale;

/** What methods cost, with ratios to the first of them. */
public final class CostTable {
  private CostTable() {}

  public static String text(List<Cost> costs) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-36s %-8s %8s %8s %8s %8s %9s %9s %8s %8s%s%n",
            "method",
            "frozen",
            "forward",
            "backward",
            "update",
            "rows/s",
            "memory MB",
            "backward",
            "step",
            "memory",
            predicts(costs) ? " predicted/s" : ""));
    Cost first = costs.get(0);
    for (Cost cost : costs) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-36s %-8s %8.1f %8.1f %8.1f %8.1f %9.0f %8.2fx %7.2fx %7.2fx%s%n",
              cost.method(),
              cost.precision(),
              cost.forward(),
              cost.backward(),
              cost.optimizer(),
              cost.examplesPerSecond(),
              cost.memoryBytes() / 1e6,
              cost.backward() / first.backward(),
              cost.step() / first.step(),
              (double) cost.memoryBytes() / first.memoryBytes(),
              predicts(costs)
                  ? String.format(Locale.ROOT, " %11.1f", cost.predictionsPerSecond())
                  : ""));
    }
    return text.toString();
  }

  private static boolean predicts(List<Cost> costs) {
    return costs.stream().anyMatch(cost -> cost.prediction() > 0);
  }
}
