package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.OneThread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The optimiser and its schedule, step by step as the reference takes them. */
@ExtendWith(OneThread.class)
class AdamWGoldenTest {
  private static final String FILE = "adamw_linear_warmup.json";

  @Test
  void takesTheReferencesSteps() {
    JsonNode golden = Goldens.file(FILE);
    AdamWGolden.compute(FILE, golden).assertMatches(golden);
  }

  @Test
  void followsTheSchedule() {
    JsonNode example = Goldens.file(FILE).required("schedule_example");
    LinearSchedule schedule =
        new LinearSchedule(
            example.required("base_lr").asDouble(),
            example.required("warmup").asInt(),
            example.required("total").asInt());
    example
        .required("lr_at_step_1based")
        .properties()
        .forEach(
            rate ->
                assertEquals(
                    rate.getValue().asDouble(),
                    schedule.rate(Integer.parseInt(rate.getKey())),
                    1e-15,
                    "step " + rate.getKey()));
  }
}
