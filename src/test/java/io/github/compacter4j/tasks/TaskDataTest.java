package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tasks.find.Permutation;
import io.github.compacter4j.tasks.find.Split;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.ColumnType;

/** Splits, tables and texts of small files in the published layouts. */
class TaskDataTest {
  @TempDir Path folder;

  @Test
  void smallSetsHalveTheirValidationFile() {
    Written.rte(folder, 6, 9);
    TaskData data = Glue.rte().load(folder);
    int[] shuffled = Permutation.of(9, 42);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, rows(data, Split.TRAIN));
    assertArrayEquals(Arrays.copyOf(shuffled, 4), rows(data, Split.VALIDATION));
    assertArrayEquals(Arrays.copyOfRange(shuffled, 4, 9), rows(data, Split.TEST));
  }

  @Test
  void largeSetsTakeValidationFromTraining() {
    Written.sst2(folder, 1010, 7);
    TaskData data = Glue.sst2().load(folder);
    int[] shuffled = Permutation.of(1010, 42);
    assertArrayEquals(Arrays.copyOfRange(shuffled, 1000, 1010), rows(data, Split.TRAIN));
    assertArrayEquals(Arrays.copyOf(shuffled, 1000), rows(data, Split.VALIDATION));
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6}, rows(data, Split.TEST));
  }

  @Test
  void subsetsAreTheFirstShuffledRows() {
    Written.rte(folder, 20, 9);
    TaskData whole = Glue.rte().load(folder);
    TaskData data = Glue.rte().withMaxTrainSamples(5).load(folder);
    assertArrayEquals(Arrays.copyOf(Permutation.of(20, 42), 5), rows(data, Split.TRAIN));
    assertArrayEquals(rows(whole, Split.VALIDATION), rows(data, Split.VALIDATION));
    assertArrayEquals(rows(whole, Split.TEST), rows(data, Split.TEST));
    assertEquals(20, Glue.rte().withMaxTrainSamples(500).load(folder).size(Split.TRAIN));
  }

  @Test
  void subsetsOfLargeSetsComeAfterTheValidationRows() {
    Written.sst2(folder, 1010, 7);
    TaskData data = Glue.sst2().lowResource(3, 5).load(folder);
    int[] shuffled = Permutation.of(1010, 5);
    assertArrayEquals(Arrays.copyOfRange(shuffled, 1000, 1003), rows(data, Split.TRAIN));
    assertArrayEquals(Arrays.copyOf(shuffled, 1000), rows(data, Split.VALIDATION));
  }

  @Test
  void tablesAreTypedAndTextsExact() {
    Written.sst2(folder, 1001, 2);
    TaskData data = Glue.sst2().load(folder);
    assertEquals(List.of("row", "sentence", "label"), data.table(Split.TEST).columnNames());
    List<ColumnType> types = List.of(ColumnType.INTEGER, ColumnType.STRING, ColumnType.INTEGER);
    assertEquals(types, Arrays.asList(data.table(Split.TEST).typeArray()));
    List<Example> expected =
        List.of(new Example("sentence: text 0 ", "0"), new Example("sentence: text 1 ", "1"));
    assertEquals(expected, data.examples(Split.TEST, false));
    assertEquals("sst2 sentence: text 0 ", data.examples(Split.TEST, true).get(0).source());
  }

  @Test
  void headerlessFilesAndOtherColumnNamesAreKnown() {
    String rows = "gj04\t1\t\tIt rains.\ngj04\t0\t*\tIt rain.\n";
    Written.write(folder.resolve("train.tsv"), rows);
    Written.write(folder.resolve("dev.tsv"), rows);
    Written.write(folder.resolve("test.tsv"), "index\tsentence\n0\tIt snows.\n");
    TaskData data = Glue.cola().load(folder);
    assertEquals("sentence: It rain.", data.examples(Split.TRAIN, false).get(1).source());
    assertEquals(List.of("row", "sentence"), data.published("test.tsv").columnNames());
    assertEquals(1, data.published("test.tsv").rowCount());
    assertEquals(2, data.published(Split.VALIDATION).rowCount());
  }

  @Test
  void aWrongLabelNamesFileAndLine() {
    Written.rte(folder, 2, 4);
    Path dev = folder.resolve("dev.tsv");
    Written.write(dev, "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\ta\tb\t1\n");
    UserException e = assertThrows(UserException.class, () -> Glue.rte().load(folder));
    String message =
        dev + ", line 3: column 'label': expected one of entailment, not_entailment, found '1'";
    assertEquals(message, e.getMessage());
  }

  @Test
  void filesOfAnotherTaskAreRefused() {
    Written.sst2(folder, 2, 4);
    UserException e = assertThrows(UserException.class, () -> Glue.rte().load(folder));
    assertTrue(e.getMessage().contains("expected a column 'sentence1'"), e.getMessage());
  }

  @Test
  void tooFewRowsForTheSplitAreRefused() {
    Written.sst2(folder, 1000, 4);
    UserException e = assertThrows(UserException.class, () -> Glue.sst2().load(folder));
    assertTrue(e.getMessage().contains("train.tsv: expected at least 1001 rows"), e.getMessage());
  }

  @Test
  void saysWhatItReadAndHowCompleteItIs() {
    Path part = folder.resolve("glue_partial/RTE");
    Written.rte(part, 6, 277);
    TaskData data = Glue.rte().load(folder);
    assertFalse(data.complete());
    assertEquals("glue_partial/RTE (partial: 6 of 2,490 train rows)", data.source());
    Written.rte(folder.resolve("glue/RTE"), 2490, 277);
    TaskData whole = Glue.rte().load(folder);
    assertTrue(whole.complete());
    assertEquals("glue/RTE (complete)", whole.source());
    assertEquals(List.of("dev.tsv", "train.tsv"), List.copyOf(whole.sha256().keySet()));
    String line = "rte from glue/RTE (complete): 2,490 training, 138 validation, 139 test rows";
    assertEquals(line, whole.toString());
  }

  private static int[] rows(TaskData data, Split split) {
    return data.table(split).intColumn("row").asIntArray();
  }
}
