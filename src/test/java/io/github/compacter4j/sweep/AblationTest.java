package io.github.compacter4j.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.figures.AblationPlots;
import io.github.compacter4j.figures.Charts;
import io.github.compacter4j.results.AblationResult;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.torch.OneThread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.CategoryChart;
import tech.tablesaw.api.Table;

@ExtendWith(OneThread.class)
class AblationTest {
  @TempDir Path folder;

  private Ablation tiny(String option, Object... values) {
    return Ablation.over(option, values)
        .of("compacter[rank=2]")
        .on(Tasks.named(TinySweep.task(folder).toString()))
        .with("maxSteps", 1)
        .with("batchSize", 4)
        .with("evaluationLength", 4)
        .with("finalLength", 4)
        .rows(8)
        .in(folder.resolve("runs"));
  }

  @Test
  void aTableAndAChartOfAnOption() {
    AblationResult result = tiny("n", 2, 4).seeds(1, 2).run();
    Table table = result.table();
    assertEquals(
        "compacter[rank=2] over n on soup, 8 rows, 1 steps, means over 2 seeds", table.name());
    assertEquals(2, table.rowCount());
    assertEquals("4", table.getString(1, "n"));
    assertEquals(8, table.columnCount(), table.structure().print());
    assertTrue(
        table.longColumn("trained").get(0) != table.longColumn("trained").get(1), table.print());
    assertTrue(result.results().runs().stringColumn("method").get(0).contains("n=2,rank=2"));
    CategoryChart chart = AblationPlots.of(result);
    assertEquals(
        List.of("validation accuracy", "test accuracy"),
        chart.getSeriesCollection().stream().map(series -> series.getName()).toList());
    assertTrue(Charts.png(chart).length > 1000);
    assertTrue(Files.exists(folder.resolve("runs/n=2-s1/result.json")));
  }

  @Test
  void settingsOfTheProtocolAreOptionsToo() {
    Table table = tiny("learningRate", 1e-4, 1e-2).run().table();
    assertEquals("1.0E-4", table.getString(0, "learningRate"));
    assertEquals(table.longColumn("trained").get(0), table.longColumn("trained").get(1));
  }

  @Test
  void impossibleValuesAreRefusedBeforeAnythingRuns() {
    UserException error = assertThrows(UserException.class, () -> tiny("n", 4, 7).run());
    assertTrue(error.getMessage().contains("not divisible by n=7"), error.getMessage());
    error = assertThrows(UserException.class, () -> tiny("rnak", 1).run());
    assertTrue(error.getMessage().contains("did you mean 'rank'?"), error.getMessage());
    assertFalse(Files.exists(folder.resolve("runs")));
    assertThrows(UserException.class, () -> Ablation.over("n"));
  }
}
