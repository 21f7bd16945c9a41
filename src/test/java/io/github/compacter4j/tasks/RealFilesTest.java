package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.RealData;
import io.github.compacter4j.tasks.find.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.Table;

/** The official files: row counts, labels, and the paper's splits. */
class RealFilesTest {
  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "cola, glue/CoLA,   8551,  521, 522, 8551, 1043, 1063,  6023",
    "sst2, glue/SST-2, 66349, 1000, 872, 67349, 872, 1821, 37569",
    "mrpc, glue/MRPC,   3668,  204, 204, 3668,  408, 1725,  2474",
    "stsb, glue/STS-B,  5749,  750, 750, 5749, 1500, 1379,     0",
    "rte,  glue/RTE,    2490,  138, 139, 2490,  277, 3000,  1241",
    "cb,   superglue/CB, 250,   28,  28,  250,   56,  250,   119",
    "copa, superglue/COPA, 400, 50,  50,  400,  100,  500,   205",
    "multirc, superglue/MultiRC, 27243, 2424, 2424, 27243, 4848, 9693, 12025",
    "superglue-rte, superglue/RTE, 2490, 138, 139, 2490, 277, 3000, 1241",
    "wsc,  superglue/WSC, 554,  52,  52,  554,  104,  146,   259"
  })
  void officialSetsAreReadWhole(
      String name,
      String place,
      int train,
      int validation,
      int test,
      int a,
      int b,
      int c,
      int ones) {
    TaskData data = Tasks.named(name).load(root(place));
    assertEquals(place + " (complete)", data.source());
    assertEquals(List.of(train, validation, test), sizes(data));
    Table published = data.published(Split.TRAIN);
    assertEquals(a, published.rowCount());
    assertEquals(b, data.published(Split.VALIDATION).rowCount());
    String unlabelled = place.startsWith("glue") ? "test.tsv" : "test.jsonl";
    assertEquals(c, data.published(unlabelled).rowCount());
    assertEquals(Map.of(), data.dropped());
    if (data.task().target() instanceof ClassLabels) {
      assertEquals(ones, published.intColumn("label").isEqualTo(1).size());
    }
  }

  @Test
  void scoresAreReadWhole() {
    TaskData data = Glue.stsb().load(root("glue/STS-B"));
    double mean = data.published(Split.TRAIN).doubleColumn("label").mean();
    assertEquals(2.701, mean, 5e-4);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "qnli  | glue_partial/QNLI | 8999 | 1000 | 5463 | 9,999 of 104,743 train rows",
        "mnli  | glue_partial/MNLI | 11925 | 1000 | 9815 | 12,925 of 392,702 train rows, "
            + "no dev_mismatched.tsv, so 1,000 train rows are validation",
        "boolq | superglue_partial/BoolQ | 3488 | 1635 | 1635 | 3,488 of 9,427 train rows"
      })
  void aPartIsCalledAPart(
      String name, String place, int train, int validation, int test, String what) {
    TaskData data = Tasks.named(name).load(root(place));
    assertEquals(place + " (partial: " + what + ")", data.source());
    assertEquals(List.of(train, validation, test), sizes(data));
  }

  @Test
  void samplesOfOtherSplitsAreCalledSo() {
    TaskData qqp = Glue.qqp().load(root("glue_partial/QQP"));
    assertEquals(List.of(10950, 1000, 7600), sizes(qqp));
    TaskData record = SuperGlue.record().load(root("superglue_partial/ReCoRD"));
    assertEquals(List.of(32, 16, 16), sizes(record));
    assertEquals(44, record.examples(Split.TRAIN, false).size());
    assertTrue(record.source().contains("dev32.jsonl"), record.source());
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "ax,  glue/diagnostic, 1104,   0",
    "axb, superglue/AX-b,  1104, 644",
    "axg, superglue/AX-g,   356, 178"
  })
  void diagnosticSetsAreReadWhole(String name, String place, int rows, int ones) {
    TaskData data = Tasks.named(name).load(root(place));
    assertEquals(place + " (complete)", data.source());
    Table table = data.table(Split.TEST);
    assertEquals(rows, table.rowCount());
    assertEquals(name.equals("ax"), !table.containsColumn("label"));
    if (table.containsColumn("label")) {
      assertEquals(ones, table.intColumn("label").sum());
    }
  }

  @Test
  void checksumsAreThoseOfTheFiles() {
    String train = "41e3a9b063433392343fad9e962cf2f58b681c78d8f71592f4186f0837246c5c";
    assertEquals(train, Glue.rte().load(root("glue/RTE")).sha256().get("train.tsv"));
  }

  private static Path root(String place) {
    return RealData.require(place).getParent().getParent();
  }

  private static List<Integer> sizes(TaskData data) {
    return List.of(data.size(Split.TRAIN), data.size(Split.VALIDATION), data.size(Split.TEST));
  }
}
