package io.github.compacter4j.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Metrics of labels, as fractions of 1. */
final class Classification {
  private Classification() {}

  static double accuracy(String prediction, Reference reference) {
    return prediction.equals(reference.target()) ? 1 : 0;
  }

  static double f1(List<String> predictions, List<Reference> references) {
    List<String> valid = new ArrayList<>();
    for (int i = 0; i < predictions.size(); i++) {
      String prediction = predictions.get(i);
      boolean known = prediction.equals("0") || prediction.equals("1");
      valid.add(known ? prediction : opposite(references.get(i).target()));
    }
    return f1OfClass("1", valid, references);
  }

  static double f1OfThreeClasses(List<String> predictions, List<Reference> references) {
    return IntStream.range(0, 3)
        .mapToDouble(c -> f1OfClass(Integer.toString(c), predictions, references))
        .average()
        .orElseThrow();
  }

  /**
   * Matthews' correlation for any number of classes: (c s - sum p_k t_k) / sqrt((s^2 - sum p_k^2)
   * (s^2 - sum t_k^2)), with c right ones of s rows, p_k predicted and t_k true rows of class k.
   */
  static double matthews(List<String> predictions, List<Reference> references) {
    Map<String, Long> predicted = counts(predictions);
    Map<String, Long> truth = counts(references.stream().map(Reference::target).toList());
    double rows = predictions.size();
    double chance = 0;
    for (Map.Entry<String, Long> entry : predicted.entrySet()) {
      chance += (double) entry.getValue() * truth.getOrDefault(entry.getKey(), 0L);
    }
    double spread = (rows * rows - squares(predicted)) * (rows * rows - squares(truth));
    double covariance = right(predictions, references) * rows - chance;
    return spread == 0 ? 0 : covariance / Math.sqrt(spread);
  }

  static double exactGroups(List<String> predictions, List<Reference> references) {
    Map<Integer, Boolean> exact = new HashMap<>();
    for (int i = 0; i < predictions.size(); i++) {
      Reference reference = references.get(i);
      exact.merge(
          reference.group(), predictions.get(i).equals(reference.target()), Boolean::logicalAnd);
    }
    return (double) exact.values().stream().filter(e -> e).count() / exact.size();
  }

  private static double f1OfClass(
      String label, List<String> predictions, List<Reference> references) {
    int both = 0;
    int either = 0; // predicted rows plus true rows
    for (int i = 0; i < predictions.size(); i++) {
      boolean predicted = predictions.get(i).equals(label);
      boolean truth = references.get(i).target().equals(label);
      both += predicted && truth ? 1 : 0;
      either += (predicted ? 1 : 0) + (truth ? 1 : 0);
    }
    return either == 0 ? 0 : 2.0 * both / either;
  }

  private static long right(List<String> predictions, List<Reference> references) {
    return IntStream.range(0, predictions.size())
        .filter(i -> predictions.get(i).equals(references.get(i).target()))
        .count();
  }

  private static String opposite(String target) {
    return target.equals("0") ? "1" : "0";
  }

  private static Map<String, Long> counts(List<String> labels) {
    return labels.stream().collect(Collectors.groupingBy(l -> l, Collectors.counting()));
  }

  private static double squares(Map<String, Long> counts) {
    return counts.values().stream().mapToDouble(n -> (double) n * n).sum();
  }
}
