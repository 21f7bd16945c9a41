package io.github.compacter4j.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Percentile intervals by the bootstrap (Efron 1979): the score of rows drawn with replacement, as
 * many as there are, again and again. The same input gives the same interval.
 */
final class Bootstrap {
  private static final int RESAMPLES = 2000;
  private static final long SEED = 42;

  private Bootstrap() {}

  /** The interval of a score over rows that are independent of each other. */
  static Interval ofRows(
      Scorer score, List<String> predictions, List<Reference> references, double confidence) {
    int rows = predictions.size();
    SplittableRandom random = new SplittableRandom(SEED);
    double[] scores = new double[RESAMPLES];
    if (score instanceof RowScore each) {
      double[] parts =
          IntStream.range(0, rows)
              .mapToDouble(i -> each.of(predictions.get(i), references.get(i)))
              .toArray();
      for (int i = 0; i < RESAMPLES; i++) {
        scores[i] = random.ints(rows, 0, rows).mapToDouble(row -> parts[row]).sum() / rows;
      }
    } else {
      for (int i = 0; i < RESAMPLES; i++) {
        int[] drawn = random.ints(rows, 0, rows).toArray();
        scores[i] = score.of(at(predictions, drawn), at(references, drawn));
      }
    }
    return interval(scores, confidence);
  }

  /** The interval of a score over whole groups; a group that is drawn twice counts as two. */
  static Interval ofGroups(
      Scorer score, List<String> predictions, List<Reference> references, double confidence) {
    List<int[]> groups = groups(references);
    SplittableRandom random = new SplittableRandom(SEED);
    double[] scores = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      List<String> drawnPredictions = new ArrayList<>();
      List<Reference> drawnReferences = new ArrayList<>();
      for (int number = 0; number < groups.size(); number++) {
        for (int row : groups.get(random.nextInt(groups.size()))) {
          drawnPredictions.add(predictions.get(row));
          drawnReferences.add(references.get(row).inGroup(number));
        }
      }
      scores[i] = score.of(drawnPredictions, drawnReferences);
    }
    return interval(scores, confidence);
  }

  private static <T> List<T> at(List<T> values, int[] rows) {
    List<T> drawn = new ArrayList<>(rows.length);
    for (int row : rows) {
      drawn.add(values.get(row));
    }
    return drawn;
  }

  private static List<int[]> groups(List<Reference> references) {
    Map<Integer, List<Integer>> rows = new LinkedHashMap<>();
    for (int i = 0; i < references.size(); i++) {
      rows.computeIfAbsent(references.get(i).group(), g -> new ArrayList<>()).add(i);
    }
    return rows.values().stream()
        .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private static Interval interval(double[] scores, double confidence) {
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(scores);
    double tail = (100 - confidence) / 2;
    return new Interval(percentile.evaluate(tail), percentile.evaluate(100 - tail));
  }
}
