package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.compacter4j.learner.T5;
import io.github.compacter4j.metrics.Reference;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.text.TextPair;
import io.github.compacter4j.train.FineTuning;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class ValueTablesTest {
  private static String value(Table table, String part) {
    return table.where(t -> t.stringColumn("part").isEqualTo(part)).getString(0, "value");
  }

  @Test
  void anExampleShowsItsTexts() {
    Table plain = ValueTables.of(new Example("sentence: fine", "1"));
    assertEquals(List.of("source", "target"), plain.stringColumn("part").asList());
    assertEquals("sentence: fine", value(plain, "source"));
    assertEquals("1", value(plain, "target"));
    Reference two = Reference.anyOf(List.of("Rome", "the city"));
    Table several = ValueTables.of(new Example(TextPair.of("where?"), two, Double.NaN));
    assertEquals("Rome; the city", value(several, "also right"));
  }

  @Test
  void aTaskShowsHowItIsReadAndScored() {
    Table table = ValueTables.of(Glue.mrpc().withMaxTrainSamples(100));
    assertEquals("Task mrpc", table.name());
    assertEquals("one of 0, 1", value(table, "label"));
    assertEquals("accuracy, f1", value(table, "metrics"));
    assertEquals("at most 100", value(table, "training rows"));
  }

  @Test
  void aPlanShowsWhatItWillDo() {
    try (T5 model = T5.load("bundled")) {
      Table table = ValueTables.of(FineTuning.of(model, "bitfit", Glue.sst2()).seed(7));
      assertEquals("sst2", value(table, "task"));
      assertEquals("bitfit[finalNorms=false]", value(table, "method"));
      assertEquals("bundled", value(table, "model"));
      assertEquals("7", value(table, "seed"));
    }
  }
}
