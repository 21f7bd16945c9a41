package io.github.compacter4j.tasks;

import static io.github.compacter4j.tasks.SplitRule.FIRST_1000;
import static io.github.compacter4j.tasks.SplitRule.HALF;

import io.github.compacter4j.metrics.Metric;
import java.util.List;

/** The tasks of GLUE. Row counts are those of the official files. */
public final class Glue {
  private static final List<Field> SENTENCE = List.of(Field.named("sentence"));
  private static final List<Field> TWO_SENTENCES =
      List.of(Field.named("sentence1"), Field.named("sentence2"));
  private static final ClassLabels ZERO_ONE = ClassLabels.of("0", "1");
  private static final ClassLabels ENTAILMENT = ClassLabels.of("entailment", "not_entailment");
  private static final List<Metric> ACCURACY = List.of(Metric.ACCURACY);

  private Glue() {}

  /** Is the sentence acceptable English? 1: yes. */
  public static Task cola() {
    Edition files =
        Edition.glue("CoLA", HALF, 8551, 1043, 1063)
            .withoutHeader("source", "label", "mark", "sentence");
    return new Task("cola", List.of(files), SENTENCE, "label", ZERO_ONE, List.of(Metric.MATTHEWS));
  }

  /** Is the review positive? 1: yes. Without GLUE's files: a small set written for this project. */
  public static Task sst2() {
    List<Edition> editions =
        List.of(
            Edition.glue("SST-2", FIRST_1000, 67349, 872, 1821),
            Edition.shipped("everyday-sentiment", 480, 120, 120));
    return new Task("sst2", editions, SENTENCE, "label", ZERO_ONE, ACCURACY);
  }

  /** Do the two sentences mean the same? 1: yes. */
  public static Task mrpc() {
    List<Field> strings =
        List.of(Field.named("sentence1", "#1 String"), Field.named("sentence2", "#2 String"));
    List<Metric> metrics = List.of(Metric.ACCURACY, Metric.F1);
    List<Edition> editions = List.of(Edition.glue("MRPC", HALF, 3668, 408, 1725));
    return new Task("mrpc", editions, strings, "Quality", ZERO_ONE, metrics);
  }

  /** How similar are the two sentences, from 0 to 5? */
  public static Task stsb() {
    List<Edition> editions = List.of(Edition.glue("STS-B", HALF, 5749, 1500, 1379));
    List<Metric> metrics = List.of(Metric.PEARSON, Metric.SPEARMAN);
    return new Task("stsb", editions, TWO_SENTENCES, "score", new Score(), metrics);
  }

  /** Does the sentence answer the question? 0: yes. */
  public static Task qnli() {
    List<Field> texts = List.of(Field.named("question"), Field.named("sentence"));
    List<Edition> editions = List.of(Edition.glue("QNLI", FIRST_1000, 104743, 5463, 5463));
    return new Task("qnli", editions, texts, "label", ENTAILMENT, ACCURACY);
  }

  /** Does the second sentence follow from the first? 0: yes. */
  public static Task rte() {
    List<Edition> editions = List.of(Edition.glue("RTE", HALF, 2490, 277, 3000));
    return new Task("rte", editions, TWO_SENTENCES, "label", ENTAILMENT, ACCURACY);
  }

  /** Does the sentence with its pronoun replaced follow from the original? 1: yes. */
  public static Task wnli() {
    List<Edition> editions = List.of(Edition.glue("WNLI", HALF, 635, 71, 146));
    return new Task("wnli", editions, TWO_SENTENCES, "label", ZERO_ONE, ACCURACY);
  }
}
