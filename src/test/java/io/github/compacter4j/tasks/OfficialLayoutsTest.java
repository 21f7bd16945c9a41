package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Reference;
import io.github.compacter4j.tasks.find.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Official files of which no copy may be at hand, by fixtures in their exact layouts. */
class OfficialLayoutsTest {
  private static final String MNLI_TRAIN =
      "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse"
          + "\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2\tlabel1\tgold_label\n";
  private static final String MNLI_DEV =
      MNLI_TRAIN.replace("label1\t", "label1\tlabel2\tlabel3\tlabel4\tlabel5\t");
  private static final String PARSES = "\t( a )\t( b )\t(ROOT (a))\t(ROOT (b))\t";

  @TempDir Path folder;

  @Test
  void mnliOfTwelveColumns() {
    write("train.tsv", MNLI_TRAIN + mnli(0, "It \"rains.", "It pours.", "neutral\tneutral"));
    String five = "neutral\tneutral\tentailment\tneutral\tneutral\tneutral";
    write("dev_matched.tsv", MNLI_DEV + mnli(0, "One.", "Two.", five));
    String contradiction = five.replace("neutral", "contradiction");
    write("dev_mismatched.tsv", MNLI_DEV + mnli(0, "Three.", "Four.", contradiction));
    write(
        "test_mismatched.tsv",
        MNLI_TRAIN.replace("\tlabel1\tgold_label", "")
            + mnli(9847, "Five.", "Six.", "").stripTrailing());
    TaskData data = Glue.mnli().load(folder);
    assertEquals(
        List.of(new Example("premise: It \"rains. hypothesis It pours.", "1")),
        data.examples(Split.TRAIN, false));
    assertEquals(
        List.of(new Example("mnli premise: Three. hypothesis Four.", "2")),
        data.examples(Split.VALIDATION, true));
    assertEquals("premise: One. hypothesis Two.", source(data, Split.TEST));
    assertEquals(
        List.of("premise: Five. hypothesis Six."),
        data.sources(data.published("test_mismatched.tsv"), false));
    assertEquals(
        "premise: One. hypothesis: Two.", source(Glue.mnliCorrected().load(folder), Split.TEST));
  }

  private static String mnli(int index, String premise, String hypothesis, String labels) {
    return "%d\t31193\t31193n\tgovernment%s%s\t%s\t%s\n"
        .formatted(index, PARSES, premise, hypothesis, labels);
  }

  @Test
  void mnliWithoutMismatchedRowsTakesValidationFromTraining() {
    StringBuilder train = new StringBuilder("index\tsentence1\tsentence2\tgold_label\n");
    for (int i = 0; i < 1003; i++) {
      train.append(i).append("\tp").append(i).append("\th\tentailment\n");
    }
    write("train.tsv", train.toString());
    write("dev_matched.tsv", "index\tsentence1\tsentence2\tgold_label\n0\ta\tb\tneutral\n");
    TaskData data = Glue.mnli().load(folder);
    assertEquals(List.of(3, 1000, 1), data.splits().stream().map(data::size).toList());
    assertTrue(data.source().contains("no dev_mismatched.tsv"), data.source());
  }

  @Test
  void qqpWithAllItsColumnsAndBrokenRows() {
    String header = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\r\n";
    StringBuilder train = new StringBuilder("\uFEFF" + header);
    for (int i = 0; i < 1001; i++) {
      train.append("%d\t%d\t%d\tWhy %d?\tHow?\t%d\r\n".formatted(i, 2 * i, 2 * i + 1, i, i % 2));
    }
    train.append("1001\t7\t8\tonly one question\r\n").append("1002\t9\t10\ta\tb\t\r\n");
    write("train.tsv", train.toString());
    write("dev.tsv", header + "0\t1\t2\tWhat \"is\" it ?\tWhat?\t1"); // without a last line feed
    TaskData data = Glue.qqp().load(folder);
    assertEquals(Map.of("train.tsv", List.of(1003L, 1004L)), data.dropped());
    assertEquals(
        List.of(new Example("question1: What \"is\" it ? question2: What?", "1")),
        data.examples(Split.TEST, false));
    assertEquals(1001, data.published(Split.TRAIN).rowCount());
    assertTrue(data.published("train.tsv").stringColumn("question1").get(1000).equals("Why 1000?"));
  }

  @Test
  void wnli() {
    String rows = "index\tsentence1\tsentence2\tlabel\n0\tIt fell.\tThe cup fell.\t1\n";
    write("train.tsv", rows);
    write("dev.tsv", rows + "1\tIt broke.\tThe floor broke.\t0\n");
    write("test.tsv", "index\tsentence1\tsentence2\n0\ta\tb\n");
    TaskData data = Glue.wnli().load(folder);
    assertEquals(
        List.of(new Example("sentence1: It fell. sentence2: The cup fell.", "1")),
        data.examples(Split.TRAIN, false));
    assertEquals(1, data.published("test.tsv").rowCount());
  }

  @Test
  void mrpcFromTheCorpusItself() {
    String header = "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n";
    write(
        "msr_paraphrase_train.txt",
        header + row(1, 11, 12) + row(0, 21, 22) + row(1, 31, 32) + row(1, 12, 11));
    write("msr_paraphrase_test.txt", header + row(1, 41, 42));
    write("mrpc_dev_ids.tsv", "11\t12\n31\t32");
    TaskData data = Glue.mrpc().load(folder);
    List<String> train = List.of("sentence1: s21 sentence2: t22", "sentence1: s12 sentence2: t11");
    assertEquals(train, data.sources(data.table(Split.TRAIN), false));
    assertEquals(2, data.published(Split.VALIDATION).rowCount());
    assertEquals(1, data.published("msr_paraphrase_test.txt").intColumn("label").get(0));
  }

  private static String row(int quality, int first, int second) {
    return "%d\t%d\t%d\ts%d\tt%d\r\n".formatted(quality, first, second, first, second);
  }

  @Test
  void wic() {
    String row =
        "{\"word\": \"light\", \"sentence1\": \"A light meal.\", \"sentence2\": \"Switch on the light!\","
            + " \"idx\": 0, \"label\": %s, \"start1\": 2, \"start2\": 14, \"end1\": 7, \"end2\": 19,"
            + " \"version\": 1.1}\n";
    write("train.jsonl", row.formatted("false"));
    write("val.jsonl", row.formatted("true") + row.formatted("false"));
    TaskData data = SuperGlue.wic().load(folder);
    String source =
        "superglue-wic sentence1: A light meal. sentence2: Switch on the light! word: light";
    assertEquals(List.of(new Example(source, "0")), data.examples(Split.TRAIN, true));
  }

  @Test
  void recordCountsCodePointsAndSortsByThem() {
    // U+1F600 comes before U+FB01 in UTF-16 units, behind it as a code point
    String text = "\uD83D\uDE00 met \uFB01sh.\\n@highlight\\nEnd";
    String record =
        ("{\"passage\": {\"text\": \"%s\", \"entities\": [{\"start\": 0, \"end\": 0},"
                + " {\"start\": 6, \"end\": 8}, {\"start\": 0, \"end\": 0}]}, \"qas\": [%s], \"idx\": 1}\n")
            .formatted(
                text,
                "{\"query\": \"Who is @placeholder ?\", \"idx\": 0, \"answers\": [{\"start\": 6,"
                    + " \"end\": 8, \"text\": \"\uFB01sh\"}, {\"start\": 0, \"end\": 0, \"text\":"
                    + " \"\uD83D\uDE00\"}]}, {\"query\": \"And @placeholder ?\", \"idx\": 1}");
    write("train.jsonl", record.repeat(501));
    write("val.jsonl", record);
    TaskData data = SuperGlue.record().load(folder);
    assertEquals(List.of(2, 1000, 2), data.splits().stream().map(data::size).toList());
    String source =
        "record query: Who is @placeholder ? entities: \uFB01sh, \uD83D\uDE00 passage:"
            + " \uD83D\uDE00 met \uFB01sh. End";
    List<String> answers = List.of("\uFB01sh", "\uD83D\uDE00");
    List<Example> examples = data.examples(Split.TEST, false);
    assertEquals(new Example(source, new Reference("\uFB01sh", 0, answers)), examples.get(0));
    assertEquals(new Example(source, new Reference("\uD83D\uDE00", 0, answers)), examples.get(1));
    assertEquals(new Reference("<unk>", 0, List.of("<unk>")), examples.get(2).reference());
    assertEquals(3, examples.size());
  }

  @Test
  void diagnosticSetsHaveTestRowsAlone() {
    write("AX.tsv", "index\tsentence1\tsentence2\n0\tA cat sat.\tA cat stood.\n");
    TaskData data = Glue.ax().load(folder);
    assertEquals(List.of(Split.TEST), data.splits());
    assertEquals(
        List.of("mnli premise: A cat sat. hypothesis A cat stood."),
        data.sources(data.table(Split.TEST), true));
    assertUsage("train on mnli", () -> data.examples(Split.TRAIN, false));
    assertUsage("has no labels", () -> data.examples(Split.TEST, false));
    write(
        "AX-b.jsonl",
        "{\"idx\": \"0\", \"label\": \"entailment\", \"sentence1\": \"a\", \"sentence2\": \"b\"}");
    TaskData broad = SuperGlue.axb().load(folder);
    assertEquals(
        List.of(new Example("superglue-rte premise: a hypothesis: b", "0")),
        broad.examples(Split.TEST, true));
    assertUsage("train on superglue-rte", () -> broad.examples(Split.VALIDATION, true));
  }

  @Test
  void jsonMistakesNameFileAndLine() {
    String good = "{\"premise\":\"a\",\"hypothesis\":\"b\",\"label\":\"neutral\"}\n";
    write("val.jsonl", good + good);
    assertMistake(
        good + "{\"premise\":\"a\",\n", "line 2: expected a JSON object, found a mistake");
    assertMistake(good + "\n", "line 2: expected a JSON object, found");
    assertMistake("[1]\n", "line 1: found a JSON array; expected one object a line");
    assertMistake(good.replace("}", "} 1"), "line 1: expected a JSON object");
    assertMistake(good.replace("hypothesis", "premise"), "Duplicate field 'premise'");
    assertMistake(good.replace("hypothesis", "hypo"), "expected a text 'hypothesis', found none");
    assertMistake(good.replace("\"a\"", "true"), "'premise': expected a text, found true");
    assertMistake(good.replace("\"a\"", "null"), "'premise': expected a text, found null");
    assertMistake(good.replace("\"a\"", "{}"), "'premise': expected a text, found {}");
    assertMistake(good.replace("\"a\"", "\"\\ud83d\""), "'premise': expected text, found half");
    assertMistake(good.replace("neutral", "maybe"), "column 'label': expected one of entailment");
    assertMistake(good.replace("\"neutral\"", "[]"), "'label': expected a label, found []");
  }

  private void assertMistake(String train, String part) {
    write("train.jsonl", train);
    UserException e = assertThrows(UserException.class, () -> SuperGlue.cb().load(folder));
    assertTrue(e.getMessage().startsWith(folder.resolve("train.jsonl") + ", "), e.getMessage());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private static void assertUsage(String part, Runnable run) {
    UserException e = assertThrows(UserException.class, run::run);
    assertEquals(UserException.WRONG_USAGE, e.exitStatus());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private static String source(TaskData data, Split split) {
    return data.examples(split, false).get(0).source();
  }

  private void write(String name, String text) {
    Written.write(folder.resolve(name), text);
  }
}
