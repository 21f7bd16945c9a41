package io.github.compacter4j.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** Correlations of decoded numbers, from -1 to 1. */
final class Correlation {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final double UNREADABLE = -1;

  private Correlation() {}

  static double pearson(List<String> predictions, List<Reference> references) {
    return correlate(predictions, references, new PearsonsCorrelation()::correlation);
  }

  static double spearman(List<String> predictions, List<Reference> references) {
    return correlate(predictions, references, new SpearmansCorrelation()::correlation);
  }

  /** A decimal number, blanks around it allowed; -1 for anything else. */
  static double number(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches() ? Double.parseDouble(stripped) : UNREADABLE;
  }

  private static double correlate(
      List<String> predictions,
      List<Reference> references,
      ToDoubleBiFunction<double[], double[]> correlation) {
    double[] x = predictions.stream().mapToDouble(Correlation::number).toArray();
    double[] y = references.stream().mapToDouble(r -> number(r.target())).toArray();
    if (constant(x) || constant(y)) {
      return 0; // undefined, one row included
    }
    double value = correlation.applyAsDouble(x, y);
    return Double.isNaN(value) ? 0 : value;
  }

  private static boolean constant(double[] values) {
    return Arrays.stream(values).allMatch(v -> v == values[0]);
  }
}
