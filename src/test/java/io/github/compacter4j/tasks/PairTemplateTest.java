package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.text.TextPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one or two texts of a row as an encoder reads them. */
class PairTemplateTest {
  @TempDir Path folder;

  /** Every cell is its column's name. */
  private static TextPair texts(String task) {
    return Tasks.named(task).pair().fill(UnaryOperator.identity());
  }

  @ParameterizedTest
  @CsvSource({
    "cola, sentence, ",
    "sst2, sentence, ",
    "mrpc, sentence1, sentence2",
    "qqp, question1, question2",
    "stsb, sentence1, sentence2",
    "mnli, premise, hypothesis",
    "qnli, question, sentence",
    "rte, sentence1, sentence2",
    "wnli, sentence1, sentence2",
    "ax, premise, hypothesis",
    "boolq, question, passage",
    "cb, premise, hypothesis",
    "copa, premise, choice1 or choice2",
    "copa-corrected, premise question, choice1 or choice2",
    "multirc, question answer, paragraph",
    "wic, word: sentence1, sentence2",
    "axb, premise, hypothesis",
    "axg, premise, hypothesis",
    "superglue-rte, premise, hypothesis"
  })
  void textsOfTheTasks(String task, String first, String second) {
    assertEquals(second == null ? TextPair.of(first) : TextPair.of(first, second), texts(task));
  }

  @Test
  void cleanUpsStay() {
    PairTemplate multirc = SuperGlue.multirc().pair();
    assertEquals(
        TextPair.of("a b", "c d"),
        multirc.fill(
            c -> c.equals("paragraph") ? "c<br>d" : c.equals("question") ? "<b>a</b>" : "b"));
    PairTemplate wsc = SuperGlue.wsc().pair();
    UnaryOperator<String> row =
        column ->
            switch (column) {
              case "text" -> "The cat sat . It slept";
              case "span1_text" -> "The cat";
              case "span1_index" -> "0";
              case "span2_text" -> "It";
              default -> "4";
            };
    assertEquals(TextPair.of("* The cat * sat . # It # slept"), wsc.fill(row));
  }

  @Test
  void rowsCarryClassesAndUnroundedScores() throws IOException {
    String rows = "a\tb\tscore\nx\ty\t1.26\n" + "p q\tz\t4.0\n";
    Files.writeString(folder.resolve("rows.tsv"), rows);
    Task task = own("score: {from: 0, to: 5, step: 0.5}\nmetrics: [pearson]\nlabel: score\n");
    List<Example> examples = task.load().pairs(Split.TRAIN);
    assertEquals(TextPair.of("x", "y"), examples.get(0).texts());
    assertEquals((float) 1.26, examples.get(0).number());
    assertEquals("1.5", examples.get(0).target());
  }

  @Test
  void aDefinitionChoosesTheColumns() throws IOException {
    String rest = "labels: [x, y]\nmetrics: [accuracy]\n";
    assertEquals(TextPair.of("a", "b"), fill(own(rest)));
    assertEquals(TextPair.of("b", "a"), fill(own(rest + "pair: [b, a]\n")));
    assertEquals(TextPair.of("b a"), fill(own(rest + "pair: [[b, a]]\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[c, a]     | unknown column of pair 'c'; did you mean 'a'? Known: a b",
        "[]         | expected the columns of one text or of two, found 0 texts",
        "[a, b, a]  | expected the columns of one text or of two, found 3 texts",
        "[[], a]    | expected at least one column for each text"
      })
  void aWrongPairIsTold(String pair, String message) {
    String rest = "labels: [x, y]\nmetrics: [accuracy]\npair: " + pair + "\n";
    UserException refused = assertThrows(UserException.class, () -> own(rest));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }

  private static TextPair fill(Task task) {
    return task.pair().fill(UnaryOperator.identity());
  }

  private Task own(String lines) throws IOException {
    Path file = folder.resolve("task.yaml");
    Files.writeString(
        file,
        "name: mine\ntemplate: 'one: {a} two: {b}'\nfiles: {train: rows.tsv, validation: rows.tsv,"
            + " test: rows.tsv}\n"
            + lines);
    return Tasks.named(file.toString());
  }
}
