package io.github.compacter4j.paper;

/**
 * One number of a results table.
 *
 * @param task the task's name
 * @param metric the metric's name, as in results
 */
public record TaskMetric(String task, String metric) {
  /** Reads what {@link #toString} writes. */
  static TaskMetric parse(String text) {
    String[] parts = text.split(" ");
    return new TaskMetric(parts[0], parts[1]);
  }

  @Override
  public String toString() {
    return task + " " + metric;
  }
}
