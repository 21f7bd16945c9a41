package io.github.compacter4j.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsPageTest {
  @TempDir Path folder;

  @Test
  void tellsModelProtocolDataAndSeeds() {
    ResultFixture fixture = new ResultFixture(folder);
    for (long seed = 1; seed <= 3; seed++) {
      fixture.sst2("full", seed, 75 + seed);
      fixture.sst2("compacter++[n=4,rank=1,reduction=8]", seed, 74);
      fixture.sst2("full", seed, 60, Map.of("/data/trainRows", 100));
    }
    String page =
        ResultsPage.of(Results.in(folder.toString()), "Why and how.\n", Map.of("a.svg", "a title"));
    assertTrue(page.startsWith("# Results\n\n<!-- "), page);
    for (String expected :
        List.of(
            "\n\nWhy and how.\n\n",
            "## Model bundled, protocol small",
            "sha256 `abcdef0123456789`; precision float32; predictions by `generate`",
            "| full | 100.000 | **77.00 ± 1.00** | 3 |",
            "| compacter++\\[n=4,rank=1,reduction=8\\] | 0.167 | 74.00 ± 0.00 | 3 |",
            "| majority class |  | 60.00 |  |",
            "### sst2 with fewer training rows",
            "| full | 100.000 | 60.00 ± 0.00 | **77.00 ± 1.00** | 3 |", // 60 is the majority class
            "| sst2 | glue\\_partial/sst2 | 10,000 | 1,000 | 872 | 1.0 |",
            "All runs: epochs=20, maxSteps=600, batchSize=32,",
            "| full | 0.001 |",
            "![a title](a.svg)",
            "9 runs. A run took 60 to 60 seconds")) {
      assertTrue(page.contains(expected), expected + " in\n" + page);
    }
    assertFalse(page.contains(folder.toString()), "no path of a machine");
    assertEquals(
        page,
        ResultsPage.of(Results.in(folder.toString()), "Why and how.", Map.of("a.svg", "a title")));
  }

  @Test
  void tellsSettingsThatOnlySomeRunsHave() {
    ResultFixture fixture = new ResultFixture(folder);
    fixture.sst2("compacter++[n=4,rank=1,reduction=8]", 1, 74);
    fixture.sst2("full", 1, 75, Map.of("/protocol/headLearningRate", 0.02));
    String page = ResultsPage.of(Results.in(folder.toString()), "", Map.of());
    String cells = page.substring(page.indexOf("| method | learningRate"));
    assertTrue(cells.startsWith("| method | learningRate | headLearningRate |\n"), cells);
    assertTrue(cells.contains("| full | 0.001 | 0.02 |"), cells);
    assertTrue(cells.contains("| compacter++\\[n=4,rank=1,reduction=8\\] | 0.01 |  |"), cells);
  }
}
