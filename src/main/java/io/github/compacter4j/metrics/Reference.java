package io.github.compacter4j.metrics;

import java.util.List;

/**
 * What a prediction is compared with.
 *
 * @param target the label, or the first acceptable answer
 * @param group rows of one question share a number (MultiRC); 0 elsewhere
 * @param answers every acceptable answer (ReCoRD); the target alone elsewhere
 */
public record Reference(String target, int group, List<String> answers) {
  /** Keeps its own copy of the answers. */
  public Reference {
    answers = List.copyOf(answers);
  }

  /** A plain label. */
  public static Reference of(String target) {
    return new Reference(target, 0, List.of(target));
  }

  /** A label within a group of rows that belong to one question. */
  public static Reference grouped(int group, String target) {
    return new Reference(target, group, List.of(target));
  }

  /** This reference in another group. */
  Reference inGroup(int number) {
    return new Reference(target, number, answers);
  }

  /** Several acceptable answers, at least one. */
  public static Reference anyOf(List<String> answers) {
    return new Reference(answers.get(0), 0, answers);
  }

  /** Plain labels, one a prediction. */
  public static List<Reference> all(List<String> targets) {
    return targets.stream().map(Reference::of).toList();
  }
}
