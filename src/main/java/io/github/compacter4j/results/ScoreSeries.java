package io.github.compacter4j.results;

import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.tasks.find.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Scores of one method where one setting varies and all else is equal.
 *
 * @param name the method, and what tells it from others of the same results
 * @param points in the order of the setting's values
 */
public record ScoreSeries(String name, List<Point> points) {
  /** Orders values of settings: numbers by their size, others stay as they are. */
  public static final Comparator<String> BY_SIZE =
      Comparator.comparingDouble(
          value -> value.matches("[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?") ? Double.parseDouble(value) : 0);

  private static final Set<String> FINGERPRINTS = Set.of("modelSha256", "dataSha256");

  /** Aspects that tell two series of different methods apart as well. */
  private static final Set<String> ALWAYS = Set.of("task", "model", "protocol", "trainingRows");

  /** Keeps its own copy. */
  public ScoreSeries {
    points = List.copyOf(points);
  }

  /**
   * Runs that differ in their seeds alone.
   *
   * @param value of the setting
   * @param score the mean of the task's metrics in percent, over seeds
   * @param trainable parameters that train
   */
  public record Point(String value, Summary score, long trainable) {}

  static List<ScoreSeries> of(List<Entry> entries, String setting, Split split) {
    List<Entry> having = entries.stream().filter(e -> e.setting().value(setting) != null).toList();
    if (having.isEmpty()) {
      throw new UserException("no run has the setting " + setting);
    }
    Map<Setting, List<Entry>> series =
        Entry.group(having, e -> e.setting().without(List.of(setting)));
    List<ScoreSeries> all = new ArrayList<>();
    series.forEach(
        (rest, same) ->
            all.add(new ScoreSeries(name(rest, series.keySet()), points(same, setting, split))));
    return all;
  }

  private static List<Point> points(List<Entry> entries, String setting, Split split) {
    List<Point> points = new ArrayList<>();
    Entry.group(entries, e -> e.setting().value(setting).toString())
        .forEach(
            (value, seeds) ->
                points.add(
                    new Point(
                        value,
                        Summary.of(
                            seeds.stream().map(e -> Metric.average(e.scores(split))).toList()),
                        seeds.get(0).result().trainable())));
    points.sort(Comparator.comparing(Point::value, BY_SIZE));
    return points;
  }

  /** The method with what differs among its series, and what differs among all. */
  private static String name(Setting own, Set<Setting> all) {
    List<Setting> same = all.stream().filter(s -> s.method().equals(own.method())).toList();
    Set<String> names = new LinkedHashSet<>(Setting.differences(same));
    Setting.differences(all).stream().filter(ALWAYS::contains).forEach(names::add);
    names.removeAll(FINGERPRINTS);
    List<Setting> alike =
        same.stream().filter(s -> s.describe(names).equals(own.describe(names))).toList();
    String difference = own.describe(names);
    if (alike.size() > 1) { // other files in the same place
      difference += (difference.isEmpty() ? "" : ", ") + "files " + (alike.indexOf(own) + 1);
    }
    return difference.isEmpty() ? own.method() : own.method() + ", " + difference;
  }
}
