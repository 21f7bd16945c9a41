package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.RealData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    "rte,  glue/RTE,    2490,  138, 139, 2490,  277, 3000,  1241"
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
    assertEquals(c, data.published("test.tsv").rowCount());
    assertEquals(ones, published.intColumn("label").sum());
  }

  @Test
  void scoresAreReadWhole() {
    TaskData data = Glue.stsb().load(root("glue/STS-B"));
    assertEquals(List.of(5749, 750, 750), sizes(data));
    double mean = data.published(Split.TRAIN).doubleColumn("label").mean();
    assertEquals(2.701, mean, 5e-4);
  }

  @Test
  void aPartIsCalledAPart() {
    TaskData data = Glue.qnli().load(root("glue_partial/QNLI"));
    assertEquals("glue_partial/QNLI (partial: 9,999 of 104,743 train rows)", data.source());
    assertEquals(List.of(8999, 1000, 5463), sizes(data));
  }

  @Test
  void textsAreUnaltered() throws IOException {
    Path file = RealData.require("glue/SST-2/train.tsv");
    List<String> rebuilt = new ArrayList<>(List.of("sentence\tlabel"));
    Glue.sst2()
        .load(file.getParent())
        .published(Split.TRAIN)
        .forEach(row -> rebuilt.add(row.getString("sentence") + "\t" + row.getInt("label")));
    String original = Files.readString(file, StandardCharsets.UTF_8);
    assertTrue(original.equals(String.join("\n", rebuilt) + "\n"), "a text of SST-2 was altered");
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
