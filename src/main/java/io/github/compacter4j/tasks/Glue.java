package io.github.compacter4j.tasks;

import static io.github.compacter4j.metrics.Metric.ACCURACY;
import static io.github.compacter4j.metrics.Metric.F1;
import static io.github.compacter4j.metrics.Metric.MATTHEWS;
import static io.github.compacter4j.metrics.Metric.PEARSON;
import static io.github.compacter4j.metrics.Metric.SPEARMAN;
import static io.github.compacter4j.tasks.find.SplitRule.AS_IS;
import static io.github.compacter4j.tasks.find.SplitRule.FIRST_1000;
import static io.github.compacter4j.tasks.find.SplitRule.HALF;

import io.github.compacter4j.tasks.find.DevIds;
import io.github.compacter4j.tasks.find.Edition;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.find.TaskFile;
import java.util.List;
import java.util.Map;

/** The tasks of GLUE. Row counts are those of the official files. */
public final class Glue {
  private static final String SENTENCE = "sentence: {sentence}";
  private static final String SENTENCES = "sentence1: {sentence1} sentence2: {sentence2}";
  private static final String ENTAILMENT = "premise: {premise} hypothesis {hypothesis}";

  private Glue() {}

  /** Is the sentence acceptable English? 1: yes. */
  public static Task cola() {
    return Task.builder("cola", SENTENCE)
        .labels("0", "1")
        .metrics(MATTHEWS)
        .edition(
            Edition.glue("CoLA", HALF, 8551, 1043, 1063)
                .withoutHeader("source", "label", "mark", "sentence"))
        .paper(PaperSetting.GLUE.small())
        .build();
  }

  /** Is the review positive? 1: yes. Without GLUE's files: a small set written for this project. */
  public static Task sst2() {
    return Task.builder("sst2", SENTENCE)
        .labels("0", "1")
        .metrics(ACCURACY)
        .edition(Edition.glue("SST-2", FIRST_1000, 67349, 872, 1821))
        .edition(Edition.shipped("everyday-sentiment"))
        .build();
  }

  /** Do the two sentences mean the same? 1: yes. From GLUE's files, or from the corpus's own. */
  public static Task mrpc() {
    TaskFile corpus = TaskFile.of("msr_paraphrase_train.txt", 3668);
    TaskFile dev = TaskFile.of("msr_paraphrase_train.txt", 408);
    String ids = "mrpc_dev_ids.tsv";
    return Task.builder("mrpc", SENTENCES)
        .header("sentence1", "#1 String")
        .header("sentence2", "#2 String")
        .label("Quality")
        .labels("0", "1")
        .metrics(ACCURACY, F1)
        .edition(Edition.glue("MRPC", HALF, 3668, 408, 1725))
        .edition(
            Edition.official(
                List.of("glue/MRPC"),
                HALF,
                Edition.trainAndDev(
                    corpus.chosenBy(new DevIds(ids, false)), dev.chosenBy(new DevIds(ids, true))),
                TaskFile.of("msr_paraphrase_test.txt", 1725)))
        .paper(PaperSetting.GLUE.small())
        .build();
  }

  /** Do the two questions ask the same? 1: yes. */
  public static Task qqp() {
    return Task.builder("qqp", "question1: {question1} question2: {question2}")
        .label("is_duplicate")
        .labels("0", "1")
        .metrics(ACCURACY, F1)
        .edition(Edition.glue("QQP", FIRST_1000, 363846, 40430, 390965))
        .build();
  }

  /** How similar are the two sentences, from 0 to 5? */
  public static Task stsb() {
    return Task.builder("stsb", SENTENCES)
        .label("score")
        .target(Score.similarity())
        .metrics(PEARSON, SPEARMAN)
        .edition(Edition.glue("STS-B", HALF, 5749, 1500, 1379))
        .paper(PaperSetting.GLUE.small())
        .build();
  }

  /**
   * Does the second sentence follow from the first (0), is it neutral (1) or contradicted (2)? As
   * in the reference code, the mismatched set is validation and the matched one test; where no
   * mismatched set is at hand, validation is taken from the training rows.
   */
  public static Task mnli() {
    TaskFile train = TaskFile.of("train.tsv", 392702);
    TaskFile matched = TaskFile.of("dev_matched.tsv", 9815);
    return Task.builder("mnli", ENTAILMENT)
        .header("premise", "sentence1")
        .header("hypothesis", "sentence2")
        .label("gold_label")
        .labels("entailment", "neutral", "contradiction")
        .metrics(ACCURACY)
        .edition(
            Edition.official(
                List.of("glue/MNLI", "glue_partial/MNLI"),
                AS_IS,
                Map.of(
                    Split.TRAIN,
                    train,
                    Split.VALIDATION,
                    TaskFile.of("dev_mismatched.tsv", 9832),
                    Split.TEST,
                    matched),
                TaskFile.unlabelled("test_matched.tsv", 9796),
                TaskFile.unlabelled("test_mismatched.tsv", 9847)))
        .edition(
            Edition.official(
                    List.of("glue_partial/MNLI", "glue/MNLI"),
                    FIRST_1000,
                    Edition.trainAndDev(train, matched))
                .withNote("no dev_mismatched.tsv, so 1,000 train rows are validation"))
        .build();
  }

  /** Does the sentence answer the question? 0: yes. */
  public static Task qnli() {
    return Task.builder("qnli", "question: {question} sentence: {sentence}")
        .labels("entailment", "not_entailment")
        .metrics(ACCURACY)
        .edition(Edition.glue("QNLI", FIRST_1000, 104743, 5463, 5463))
        .build();
  }

  /** Does the second sentence follow from the first? 0: yes. */
  public static Task rte() {
    return Task.builder("rte", SENTENCES)
        .labels("entailment", "not_entailment")
        .metrics(ACCURACY)
        .edition(Edition.glue("RTE", HALF, 2490, 277, 3000))
        .paper(PaperSetting.GLUE.small())
        .build();
  }

  /** Does the sentence with its pronoun replaced follow from the original? 1: yes. */
  public static Task wnli() {
    return Task.builder("wnli", SENTENCES)
        .labels("0", "1")
        .metrics(ACCURACY)
        .edition(Edition.glue("WNLI", HALF, 635, 71, 146))
        .paper(PaperSetting.GLUE.small())
        .build();
  }

  /** The diagnostic set: test rows without labels, in the form of {@link #mnli()}. */
  public static Task ax() {
    return Task.builder("ax", ENTAILMENT)
        .prefix("mnli")
        .header("premise", "sentence1")
        .header("hypothesis", "sentence2")
        .labels("entailment", "neutral", "contradiction")
        .metrics(MATTHEWS)
        .edition(Edition.diagnostic("glue/diagnostic", TaskFile.unlabelled("diagnostic.tsv", 1104)))
        .edition(Edition.diagnostic("glue/AX", TaskFile.unlabelled("AX.tsv", 1104)))
        .build();
  }

  /** STS-B in steps of 0.2, as T5's own rule is; the reference code misplaces a parenthesis. */
  public static Task stsbCorrected() {
    return stsb().toBuilder().name("stsb-corrected").target(new Score(0, 5, 5, 5)).build();
  }

  /** MNLI with the colon that the reference code lacks behind {@code hypothesis}. */
  public static Task mnliCorrected() {
    return mnli().toBuilder()
        .name("mnli-corrected")
        .template("premise: {premise} hypothesis: {hypothesis}")
        .build();
  }
}
