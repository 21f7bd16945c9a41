package io.github.compacter4j.tasks.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.RealData;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.SuperGlue;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.Written;
import io.github.compacter4j.tasks.find.DataFinder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files that servers take, from hand-written and from real test rows. */
class TestRowsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static TestRows rows(String file, Task run, Path data) {
    return files(run).stream()
        .filter(wanted -> wanted.name().equals(file))
        .findFirst()
        .orElseThrow()
        .rows(run, DataFinder.in(data))
        .orElseThrow();
  }

  private static List<ServerFile> files(Task run) {
    return Server.of(run).orElseThrow().files().stream().filter(file -> file.isOf(run)).toList();
  }

  private String answer(String file, Task run, String... predictions) {
    return rows(file, run, folder).answer(List.of(predictions)).text();
  }

  private void train(String place, String header, String row) {
    for (String name : new String[] {"train.tsv", "dev.tsv"}) {
      Written.write(folder.resolve(place).resolve(name), header + "\n" + (row + "\n").repeat(1001));
    }
  }

  @Test
  void aRunFillsItsFilesAndTheDiagnosticSetsOf() {
    assertEquals(List.of("MNLI-m.tsv", "MNLI-mm.tsv", "AX.tsv"), names(Glue.mnli()));
    assertEquals(names(Glue.mnli()), names(Glue.mnliCorrected()));
    assertEquals(List.of("RTE.jsonl", "AX-b.jsonl", "AX-g.jsonl"), names(SuperGlue.rte()));
    assertEquals(List.of("RTE.tsv"), names(Glue.rte()));
    for (Task task : Tasks.all()) {
      assertFalse(names(task).isEmpty(), task.name());
    }
    assertEquals(11, Server.GLUE.files().size());
    assertEquals(10, Server.SUPERGLUE.files().size());
    assertTrue(
        Server.of(
                Task.builder("mine", "{text}")
                    .labels("a", "b")
                    .metrics(Glue.rte().metrics().get(0))
                    .edition(Glue.rte().editions().get(0))
                    .build())
            .isEmpty());
  }

  private static List<String> names(Task run) {
    return files(run).stream().map(ServerFile::name).toList();
  }

  @Test
  void glueWritesNamesOfLabelsUnderTheFilesOwnNumbers() {
    train("glue/RTE", "index\tsentence1\tsentence2\tlabel", "0\ta\tb\tentailment");
    Written.write(
        folder.resolve("glue/RTE/test.tsv"),
        "index\tsentence1\tsentence2\n7\tone\ttwo\n9\tthree\tfour\n8\tfive\tsix");
    assertEquals(
        "index\tprediction\n7\tnot_entailment\n9\tentailment\n8\tentailment\n",
        answer("RTE.tsv", Glue.rte(), "1", "0", "entailment"));
    TestRows.Answered answered = rows("RTE.tsv", Glue.rte(), folder).answer(List.of("1", "", "2"));
    assertEquals(2, answered.unreadable());
  }

  @Test
  void numbersOfQqpAreCalledId() {
    train("glue/QQP", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate", "3\t1\t2\ta\tb\t0");
    Written.write(folder.resolve("glue/QQP/test.tsv"), "id\tquestion1\tquestion2\n5\ta\tb\n");
    assertEquals("index\tprediction\n5\t1\n", answer("QQP.tsv", Glue.qqp(), "1"));
  }

  @Test
  void rowsOfTheCorpusOfMrpcAreCounted() {
    String header = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";
    Written.write(
        folder.resolve("glue/MRPC/msr_paraphrase_train.txt"),
        header + "1\t1\t2\ta\tb\n0\t3\t4\ta\tb\n0\t5\t6\ta\tb\n0\t7\t8\ta\tb\n");
    Written.write(folder.resolve("glue/MRPC/mrpc_dev_ids.tsv"), "#1 ID\t#2 ID\n3\t4\n7\t8\n");
    Written.write(
        folder.resolve("glue/MRPC/msr_paraphrase_test.txt"),
        header + "1\t7\t8\ta\tb\n0\t9\t10\tc\td\n");
    assertEquals("index\tprediction\n0\t0\n1\t1\n", answer("MRPC.tsv", Glue.mrpc(), "0", "1"));
  }

  @Test
  void scoresAreNumbersWithinTheScale() {
    train("glue/STS-B", "index\tsentence1\tsentence2\tscore", "0\ta\tb\t2.5");
    Written.write(
        folder.resolve("glue/STS-B/test.tsv"),
        "index\tsentence1\tsentence2\n" + "0\ta\tb\n1\ta\tb\n2\ta\tb\n3\ta\tb\n4\ta\tb\n");
    TestRows rows = rows("STS-B.tsv", Glue.stsb(), folder);
    TestRows.Answered answered = rows.answer(List.of("3.8", "7", "-1", "high", "NaN"));
    assertEquals(
        "index\tprediction\n0\t3.800\n1\t5.000\n2\t0.000\n3\t0.000\n4\t0.000\n", answered.text());
    assertEquals(2, answered.unreadable());
  }

  @Test
  void bothTestsOfMnliAreTakenAndTheDiagnosticSetReadsAsTheRunDoes() {
    String header = "index\tsentence1\tsentence2";
    Path mnli = folder.resolve("glue/MNLI");
    for (String name : List.of("train.tsv", "dev_matched.tsv", "dev_mismatched.tsv")) {
      Written.write(mnli.resolve(name), header + "\tgold_label\n0\ta\tb\tneutral\n");
    }
    Written.write(mnli.resolve("test_matched.tsv"), header + "\n0\tm\tb\n");
    Written.write(mnli.resolve("test_mismatched.tsv"), header + "\n0\tmm\tb\n");
    Written.write(folder.resolve("glue/diagnostic/diagnostic.tsv"), header + "\n0\tax\tb\n");
    for (Task run : List.of(Glue.mnli(), Glue.mnliCorrected())) {
      String colon = run.name().equals("mnli") ? "" : ":";
      for (String[] file : new String[][] {{"MNLI-m", "m"}, {"MNLI-mm", "mm"}, {"AX", "ax"}}) {
        TestRows rows = rows(file[0] + ".tsv", run, folder);
        assertEquals(
            List.of("mnli premise: " + file[1] + " hypothesis" + colon + " b"), rows.sources(true));
        assertEquals("index\tprediction\n0\tcontradiction\n", rows.answer(List.of("2")).text());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "BoolQ | boolq | {'question':'q','passage':'p','idx':4} | 1 | 'true'",
        "WiC | wic | {'word':'w','sentence1':'a','sentence2':'b','idx':4} | 0 | 'false'",
        "WSC | wsc | {'text':'a b','target':{'span1_index':0,'span1_text':'a','span2_index':1,'span2_text':'b'},'idx':4} | 1 | 'True'",
        "COPA | copa | {'premise':'p','choice1':'a','choice2':'b','question':'cause','idx':4} | 1 | 1",
        "COPA | copa-corrected | {'premise':'p','choice1':'a','choice2':'b','question':'cause','idx':4} | 1 | 1",
        "CB | cb | {'premise':'p','hypothesis':'h','idx':4} | 2 | 'neutral'",
        "RTE | superglue-rte | {'premise':'p','hypothesis':'h','idx':4} | 1 | 'not_entailment'",
        "ReCoRD | record | {'idx':1,'source':'s','passage':{'text':'Ann sat.','entities':[{'start':0,'end':2}]},'qas':[{'query':'@placeholder sat','idx':4}]} | Ann | 'Ann'"
      })
  void superGlueWritesALine(String name, String task, String line, String written, String label) {
    Task run = Tasks.named(task);
    Path place = folder.resolve("superglue").resolve(name);
    Written.write(place.resolve("test.jsonl"), line.replace('\'', '"') + "\n");
    for (String other : List.of("train.jsonl", "val.jsonl")) {
      Written.write(place.resolve(other), line.replace('\'', '"') + "\n");
    }
    assertEquals(
        "{\"idx\":4,\"label\":" + label.replace('\'', '"') + "}\n",
        answer(name + ".jsonl", run, written));
  }

  @Test
  void numbersOfTheBroadDiagnosticSetAreTexts() {
    Written.write(
        folder.resolve("superglue/AX-b/AX-b.jsonl"),
        "{\"idx\":\"3\",\"label\":\"entailment\",\"sentence1\":\"a\",\"sentence2\":\"b\"}\n");
    assertEquals(
        "{\"idx\":\"3\",\"label\":\"not_entailment\"}\n",
        answer("AX-b.jsonl", SuperGlue.rte(), "1"));
  }

  @Test
  void multiRcNestsAnswersInQuestionsInPassages() {
    String passage = "{'idx':%d,'passage':{'text':'t','questions':[%s,%s]}}".replace('\'', '"');
    String question =
        "{'question':'q','idx':%d,'answers':[{'text':'a','idx':%d},{'text':'b','idx':%d}]}"
            .replace('\'', '"');
    Path place = folder.resolve("superglue/MultiRC");
    String text =
        passage.formatted(3, question.formatted(5, 8, 9), question.formatted(6, 10, 11))
            + "\n"
            + passage.formatted(4, question.formatted(6, 12, 13), question.formatted(7, 14, 15))
            + "\n";
    for (String name : List.of("train.jsonl", "val.jsonl", "test.jsonl")) {
      Written.write(place.resolve(name), text);
    }
    String written =
        answer("MultiRC.jsonl", SuperGlue.multirc(), "1", "0", "0", "0", "1", "1", "0", "1");
    String first =
        "{'idx':3,'passage':{'questions':[{'idx':5,'answers':[{'idx':8,'label':1},{'idx':9,'label':0}]},{'idx':6,'answers':[{'idx':10,'label':0},{'idx':11,'label':0}]}]}}";
    String second =
        "{'idx':4,'passage':{'questions':[{'idx':6,'answers':[{'idx':12,'label':1},{'idx':13,'label':1}]},{'idx':7,'answers':[{'idx':14,'label':0},{'idx':15,'label':1}]}]}}";
    assertEquals((first + "\n" + second + "\n").replace('\'', '"'), written);
  }

  @ParameterizedTest
  @CsvSource({
    "cola, CoLA.tsv, 1063",
    "sst2, SST-2.tsv, 1821",
    "mrpc, MRPC.tsv, 1725",
    "stsb, STS-B.tsv, 1379",
    "qnli, QNLI.tsv, 5463",
    "rte, RTE.tsv, 3000",
    "mnli, AX.tsv, 1104",
    "boolq, BoolQ.jsonl, 3245",
    "cb, CB.jsonl, 250",
    "copa, COPA.jsonl, 500",
    "multirc, MultiRC.jsonl, 166",
    "superglue-rte, RTE.jsonl, 3000",
    "wsc, WSC.jsonl, 146",
    "superglue-rte, AX-b.jsonl, 1104",
    "superglue-rte, AX-g.jsonl, 356"
  })
  void realTestRowsAreAllThereUnderTheirNumbers(String run, String file, int lines)
      throws Exception {
    TestRows rows = rows(file, Tasks.named(run), RealData.require("."));
    assertEquals(rows.officialSize(), rows.size());
    assertEquals(rows.size(), rows.sources(false).size());
    List<String> predictions = new ArrayList<>(Collections.nCopies(rows.size(), "0"));
    predictions.set(rows.size() - 1, "1");
    TestRows.Answered answered = rows.answer(predictions);
    assertEquals(0, answered.unreadable());
    List<String> written = answered.text().lines().collect(Collectors.toCollection(ArrayList::new));
    if (file.endsWith(".tsv")) {
      assertEquals("index\tprediction", written.remove(0));
    }
    assertEquals(lines, written.size());
    List<Integer> counted = IntStream.range(0, lines).boxed().toList();
    assertEquals(counted, written.stream().map(line -> number(file, line)).toList());
    String last = written.get(lines - 1);
    assertFalse(last.replaceAll("^.*(\\t|\"label\":)", "").startsWith("0"), last);
    if (file.startsWith("MultiRC")) {
      assertEquals(9693, answered.text().split("\"label\"", -1).length - 1);
    }
  }

  private static int number(String file, String line) {
    try {
      return file.endsWith(".tsv")
          ? Integer.parseInt(line.split("\t")[0])
          : JSON.readTree(line).required("idx").asInt();
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }
}
