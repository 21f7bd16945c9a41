package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Home;
import io.github.compacter4j.torch.OneThread;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Costs of methods, measured in processes of their own. */
@ExtendWith(OneThread.class)
class EfficiencyCommandTest {
  private static final String EVERYDAY =
      Home.folder().orElseThrow().resolve("data/everyday-sentiment").toString();

  @Test
  void everyMethodTakesTheSameRows() {
    JsonNode costs =
        here(
                "efficiency",
                "--task",
                "sst2",
                "--data",
                EVERYDAY,
                "--max-train-samples",
                "40",
                "--batch-size",
                "16",
                "--threads",
                "1",
                "--method",
                "full;compacter++;said[dimension=1400]",
                "--json")
            .json();
    assertEquals(3, costs.size());
    for (JsonNode cost : costs) {
      assertEquals(40, cost.required("rows").asInt());
      assertEquals(3, cost.required("steps").asInt());
      assertTrue(cost.required("seconds").asDouble() > 0);
    }
    assertTrue(costs.get(2).required("method").asText().contains("dimension=1400"));
  }

  /** Gradients and two moments of every tensor are three times the model; Compacter++ has none. */
  @Test
  void fullFineTuningNeedsMoreMemory() {
    if (Files.exists(Path.of("/proc/self/status"))) {
      JsonNode costs =
          here(
                  "bench",
                  "--model",
                  "t5-small",
                  "--method",
                  "full;compacter++",
                  "--precision",
                  "float32",
                  "--batch-size",
                  "1",
                  "--length",
                  "8",
                  "--steps",
                  "1",
                  "--threads",
                  "1",
                  "--json")
              .json();
      long full = costs.get(0).required("memoryBytes").asLong();
      long compacter = costs.get(1).required("memoryBytes").asLong();
      long parameters = 60_492_288L;
      assertTrue(full > 3 * 4 * parameters, "full: " + full);
      assertTrue(compacter < 4 * parameters, "compacter++: " + compacter);
    }
  }

  @Test
  void anImpossibleMethodIsToldBeforeAnythingIsMeasured() {
    String[] command = {"efficiency", "--data", EVERYDAY, "--method", "full;compacter[n=5]"};
    assertTrue(here(command).errorLine(2).contains("method compacter[n=5]: "));
  }

  @Test
  void aFailureInTheProcessIsToldOnce() {
    String[] command = {"efficiency", "--task", "rte", "--data", EVERYDAY, "--method", "full"};
    String line = here(command).errorLine(1);
    assertTrue(line.startsWith("compacter4j: efficiency of full: "), line);
    assertFalse(line.contains("--here"), line);
  }
}
