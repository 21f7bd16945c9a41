package io.github.compacter4j.tasks;

import static io.github.compacter4j.metrics.Metric.ACCURACY;
import static io.github.compacter4j.metrics.Metric.F1_MULTICLASS;
import static io.github.compacter4j.metrics.Metric.MATTHEWS;
import static io.github.compacter4j.metrics.Metric.MULTIRC_EM;
import static io.github.compacter4j.metrics.Metric.MULTIRC_F1;
import static io.github.compacter4j.metrics.Metric.SQUAD_EM;
import static io.github.compacter4j.metrics.Metric.SQUAD_F1;
import static io.github.compacter4j.tasks.find.SplitRule.FIRST_1000;
import static io.github.compacter4j.tasks.find.SplitRule.HALF;

import io.github.compacter4j.tasks.find.Edition;
import io.github.compacter4j.tasks.find.TaskFile;
import java.util.List;

/** The tasks of SuperGLUE, version 2. Row counts are those of the official files. */
public final class SuperGlue {
  private static final String ENTAILMENT = "premise: {premise} hypothesis: {hypothesis}";
  private static final String RTE = "superglue-rte";

  private SuperGlue() {}

  /** Is the answer to the question on the passage yes? 1: yes. */
  public static Task boolq() {
    return task("boolq", "question: {question} passage: {passage}")
        .labels("false", "true")
        .metrics(ACCURACY)
        .edition(Edition.superGlue("BoolQ", HALF, 9427, 3270, 3245))
        .paper(PaperSetting.SUPERGLUE.small())
        .build();
  }

  /** Does the writer of the premise hold (0), deny (1) or leave open (2) the hypothesis? */
  public static Task cb() {
    return task("cb", ENTAILMENT)
        .labels("entailment", "contradiction", "neutral")
        .metrics(F1_MULTICLASS, ACCURACY)
        .edition(Edition.superGlue("CB", HALF, 250, 56, 250))
        .paper(PaperSetting.SUPERGLUE.small())
        .build();
  }

  /** Which choice is the premise's cause or effect? 0: the first. The source does not say which. */
  public static Task copa() {
    return task("copa", "premise: {premise} choice1: {choice1} choice2: {choice2}")
        .pair(PairTemplate.of("{premise}", "{choice1} or {choice2}"))
        .labels("0", "1")
        .metrics(ACCURACY)
        .edition(Edition.superGlue("COPA", HALF, 400, 100, 500))
        .paper(PaperSetting.SUPERGLUE.small())
        .build();
  }

  /** Is this an answer to the question on the paragraph? 1: yes. A row an answer. */
  public static Task multirc() {
    return task(
            "multirc",
            "question: {question|markup} answer: {answer|markup} paragraph: {paragraph|markup}")
        .layout(JsonLayout.QUESTIONS)
        .target(ClassLabels.of("0", "1").groupedBy(JsonLayout.QUESTION_IDX))
        .metrics(MULTIRC_F1, MULTIRC_EM)
        .edition(Edition.superGlue("MultiRC", HALF, 27243, 4848, 9693))
        .build();
  }

  /**
   * Which entity stands in the query's place? A row a query; an example an answer, as in the
   * reference code.
   */
  public static Task record() {
    return task(
            "record",
            "record query: {query} entities: {entities|list} passage: {passage|highlights}")
        .layout(JsonLayout.QUERIES)
        .label("answers")
        .target(new Answers())
        .metrics(SQUAD_F1, SQUAD_EM)
        .edition(Edition.superGlue("ReCoRD", FIRST_1000, 100730, 10000, 10000))
        .edition(
            Edition.official(
                    List.of("superglue_partial/ReCoRD"),
                    HALF,
                    Edition.trainAndDev(
                        TaskFile.of("train.jsonl", 100730), TaskFile.of("dev32.jsonl", 10000)))
                .withNote("dev32.jsonl, from the official train rows, stands for val.jsonl"))
        .build();
  }

  /** Does the word mean the same in both sentences? 1: yes. */
  public static Task wic() {
    return task("wic", "sentence1: {sentence1} sentence2: {sentence2} word: {word}")
        .pair(PairTemplate.of("{word}: {sentence1}", "{sentence2}"))
        .labels("false", "true")
        .metrics(ACCURACY)
        .edition(Edition.superGlue("WiC", HALF, 5428, 638, 1400))
        .paper(PaperSetting.SUPERGLUE.small())
        .build();
  }

  /** Does the pronoun between # stand for the noun between *? 1: yes. */
  public static Task wsc() {
    return Task.builder("wsc", "text: {text|spans}")
        .prefix("superglue-wsc.fixed")
        .layout(JsonLayout.SPANS)
        .labels("false", "true")
        .metrics(ACCURACY)
        .edition(Edition.superGlue("WSC", HALF, 554, 104, 146))
        .paper(PaperSetting.SUPERGLUE.small())
        .build();
  }

  /** The broad diagnostic set: labelled test rows for runs on {@link #rte()}. */
  public static Task axb() {
    return Task.builder("axb", ENTAILMENT)
        .prefix(RTE)
        .header("premise", "sentence1")
        .header("hypothesis", "sentence2")
        .labels("entailment", "not_entailment")
        .metrics(MATTHEWS)
        .edition(Edition.diagnostic("superglue/AX-b", TaskFile.of("AX-b.jsonl", 1104)))
        .paper(PaperSetting.SUPERGLUE)
        .build();
  }

  /** The diagnostic set on gender: labelled test rows for runs on {@link #rte()}. */
  public static Task axg() {
    return Task.builder("axg", ENTAILMENT)
        .prefix(RTE)
        .labels("entailment", "not_entailment")
        .metrics(ACCURACY)
        .edition(Edition.diagnostic("superglue/AX-g", TaskFile.of("AX-g.jsonl", 356)))
        .paper(PaperSetting.SUPERGLUE)
        .build();
  }

  /** Does the hypothesis follow from the premise? 0: yes. */
  public static Task rte() {
    return Task.builder(RTE, ENTAILMENT)
        .labels("entailment", "not_entailment")
        .metrics(ACCURACY)
        .edition(Edition.superGlue("RTE", HALF, 2490, 277, 3000))
        .paper(PaperSetting.SUPERGLUE.small())
        .build();
  }

  /** COPA with its question, cause or effect, which the reference code leaves out. */
  public static Task copaCorrected() {
    return copa().toBuilder()
        .name("copa-corrected")
        .template("premise: {premise} question: {question} choice1: {choice1} choice2: {choice2}")
        .pair(PairTemplate.of("{premise} {question}", "{choice1} or {choice2}"))
        .build();
  }

  private static Task.Builder task(String name, String template) {
    return Task.builder(name, template).prefix("superglue-" + name).paper(PaperSetting.SUPERGLUE);
  }
}
