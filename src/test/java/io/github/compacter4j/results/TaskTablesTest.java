package io.github.compacter4j.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.RealData;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.SuperGlue;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.text.T5Tokenizer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class TaskTablesTest {
  private static T5Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    tokenizer = T5Tokenizer.load(home().resolve("t5-tiny-en"));
  }

  private static Path home() {
    return Home.folder().orElseThrow().resolve("data");
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /** Some sets may be missing; the one that is shipped never is. */
  @Test
  void overviewHasARowATask() {
    Table table = TaskTables.overview(tokenizer, 20);
    assertEquals(
        Tasks.all().stream().map(Task::name).toList(), table.stringColumn("task").asList());
    for (int row = 0; row < table.rowCount(); row++) {
      boolean found = !table.getString(row, "source").equals("not found");
      assertEquals(found, !table.column("median").isMissing(row), table.getString(row, "task"));
      assertEquals(found, !table.column("test").isMissing(row), table.getString(row, "task"));
    }
    assertTrue(table.intColumn("train").get(1) >= 480, "sst2 is always there");
  }

  @Test
  void lengthsHaveARowASplit() {
    TaskData data = Glue.sst2().load(home());
    Table table = TaskTables.lengths(data, tokenizer);
    assertEquals(3, table.rowCount());
    for (int row = 0; row < 3; row++) {
      Split split = Split.values()[row];
      assertEquals(split.toString(), table.getString(row, "split"));
      assertEquals(data.size(split), table.intColumn("rows").get(row));
      assertEquals(128, table.intColumn("limit").get(row));
      assertEquals(0, table.doubleColumn("truncated %").get(row));
      assertTrue(table.doubleColumn("mean ids").get(row) > 5);
    }
  }

  @Test
  void labelsAreSharesOfTheSplit() {
    TaskData rte = Glue.rte().load(RealData.require("glue/RTE"));
    assertEquals("entailment 50 %, not_entailment 50 %", TaskTables.labels(rte, Split.TRAIN));
    TaskData stsb = Glue.stsb().load(RealData.require("glue/STS-B"));
    assertEquals("mean 2.70", TaskTables.labels(stsb, Split.TRAIN));
    TaskData ax = Glue.ax().load(RealData.require("glue/diagnostic"));
    assertEquals("none", TaskTables.labels(ax, Split.TEST));
    TaskData cb = SuperGlue.cb().load(RealData.require("superglue/CB"));
    assertEquals(
        "entailment 46 %, contradiction 48 %, neutral 6 %", TaskTables.labels(cb, Split.TRAIN));
  }

  @Test
  void diagnosticSetsHaveTheLimitOfTheRunsThatTheyExamine() {
    assertEquals(256, TaskTables.limit(SuperGlue.axb()));
    assertEquals(TaskTables.limit(SuperGlue.rte()), TaskTables.limit(SuperGlue.axg()));
    assertEquals(TaskTables.limit(Glue.mnli()), TaskTables.limit(Glue.ax()));
  }
}
