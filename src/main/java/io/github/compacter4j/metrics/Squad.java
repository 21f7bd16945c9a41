package io.github.compacter4j.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;

/** SQuAD's metrics with several acceptable answers, as fractions of 1; the best answer counts. */
final class Squad {
  private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
  private static final Pattern ARTICLES =
      Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern BLANKS = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private Squad() {}

  static double f1(String prediction, Reference reference) {
    return best(prediction, reference, Squad::overlap);
  }

  static double exactMatch(String prediction, Reference reference) {
    return best(prediction, reference, (p, a) -> p.equals(a) ? 1 : 0);
  }

  /** Lower case, without ASCII punctuation and the words a, an, the; single blanks. */
  static String normalize(String text) {
    String words = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    words = ARTICLES.matcher(words).replaceAll(" ");
    return BLANKS.matcher(words).replaceAll(" ").strip();
  }

  private static double best(
      String prediction, Reference reference, ToDoubleBiFunction<String, String> score) {
    String normalized = normalize(prediction);
    return reference.answers().stream()
        .mapToDouble(answer -> score.applyAsDouble(normalized, normalize(answer)))
        .max()
        .orElseThrow();
  }

  private static double overlap(String prediction, String answer) {
    List<String> predicted = words(prediction);
    List<String> remaining = new ArrayList<>(words(answer));
    int wanted = remaining.size();
    long shared = predicted.stream().filter(remaining::remove).count();
    return shared == 0 ? 0 : 2.0 * shared / (predicted.size() + wanted);
  }

  private static List<String> words(String normalized) {
    return normalized.isEmpty() ? List.of() : List.of(normalized.split(" "));
  }
}
