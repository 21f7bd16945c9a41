package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.TorchPython;
import io.github.compacter4j.torch.OneThread;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps on random weights, ours and the peer's. */
@ExtendWith(OneThread.class)
class BenchCommandTest {
  private static JsonNode bench(String... more) {
    List<String> usual =
        List.of("bench", "--batch-size", "2", "--length", "8", "--steps", "1", "--threads", "1");
    return here(Stream.of(usual, List.of(more), List.of("--json"))
            .flatMap(List::stream)
            .toArray(String[]::new))
        .json();
  }

  private static List<String> texts(JsonNode costs, String field) {
    return StreamSupport.stream(costs.spliterator(), false)
        .map(cost -> cost.required(field).asText())
        .toList();
  }

  @Test
  void anEncoderIsTimedInEachPrecisionThatAMethodHas() {
    JsonNode costs = bench("--model", "minilm");
    assertEquals(List.of("float32", "float32", "bf16"), texts(costs, "precision"));
    assertTrue(texts(costs, "method").get(2).startsWith("compacter++["), costs.toString());
    costs.forEach(cost -> assertEquals(2, cost.required("rows").asInt()));
    costs.forEach(cost -> assertTrue(cost.required("seconds").asDouble() > 0));
    costs.forEach(cost -> assertTrue(cost.required("prediction").asDouble() > 0));
  }

  @Test
  void methodsAreComparedStepByStep() {
    JsonNode ratios = bench("--model", "minilm", "--method", "lora;increlora", "--beside", "lora");
    assertEquals(2, ratios.size());
    assertTrue(texts(ratios, "method").get(1).startsWith("increlora["), ratios.toString());
    ratios.forEach(ratio -> assertTrue(ratio.required("ratio").asDouble() > 0));
    ratios.forEach(ratio -> assertTrue(ratio.required("milliseconds").asDouble() > 0));
  }

  /** The command itself refuses a peer that trains another number of parameters. */
  @ParameterizedTest
  @ValueSource(strings = {"minilm", "t5-small"})
  void thePeerTrainsAsManyParametersAsWeDo(String model) throws Exception {
    String python = TorchPython.interpreter(List.of("torch", "transformers"));
    String methods = model.equals("minilm") ? "full;compacter++;adapter" : "compacter";
    JsonNode costs =
        bench("--model", model, "--method", methods, "--precision", "bf16", "--peer", python);
    List<String> told = texts(costs, "method");
    assertTrue(told.contains("transformers: " + methods.split(";")[0]), told.toString());
    assertTrue(texts(costs, "precision").contains("frozen"), costs.toString());
    costs.forEach(cost -> assertTrue(cost.required("prediction").asDouble() > 0));
  }

  @Test
  void whatThePeerHasNotIsRefusedBeforeAnythingIsMeasured() {
    String line =
        here("bench", "--model", "minilm", "--method", "full;bitfit", "--peer", "python")
            .errorLine(2);
    assertTrue(line.contains("--peer has no bitfit"), line);
  }
}
