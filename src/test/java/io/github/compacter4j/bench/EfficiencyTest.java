package io.github.compacter4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.bench.StepBenchmark.Cost;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

/** Ratios are to full fine-tuning, as their columns say, or there are none. */
class EfficiencyTest {
  private static Cost cost(String method, double seconds, long bytes) {
    return new Cost(method, "float32", 10, 1, seconds, 1, 1, 1, 0, bytes, "fused");
  }

  @Test
  void fullNeedNotBeFirst() {
    Table table = Efficiency.table(List.of(cost("bitfit", 3, 100), cost("full", 4, 400)));
    assertEquals(0.75, table.numberColumn("time to full").getDouble(0));
    assertEquals(0.25, table.numberColumn("memory to full").getDouble(0));
    assertEquals(1, table.numberColumn("time to full").getDouble(1));
    assertTrue(table.name().startsWith("Cost of training beside full: "), table.name());
  }

  @Test
  void withoutFullThereAreNoRatios() {
    Table table = Efficiency.table(List.of(cost("bitfit", 3, 100), cost("norms", 4, 400)));
    assertEquals(2, table.column("time to full").countMissing());
    assertEquals(2, table.column("memory to full").countMissing());
    assertFalse(table.column("paper's").isMissing(0));
    assertTrue(table.name().contains("full, which was not run"), table.name());
  }
}
