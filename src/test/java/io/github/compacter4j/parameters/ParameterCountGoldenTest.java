package io.github.compacter4j.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts from sizes alone against models that the reference code really built. */
class ParameterCountGoldenTest {
  private static final JsonNode SIZES = Goldens.file("param_counts.json").required("sizes");

  private static final Map<String, String> METHODS =
      Map.of(
          "T5 (full fine-tuning)", "full",
          "BitFit", "bitfit",
          "Prompt Tuning-R", "prompt-random",
          "Prompt Tuning-T", "prompt-vocabulary",
          "Intrinsic-SAID", "said");

  static Stream<Arguments> rows() {
    return SIZES.properties().stream()
        .flatMap(
            size ->
                size.getValue().properties().stream()
                    .filter(row -> METHODS.containsKey(row.getKey()))
                    .map(row -> Arguments.of(size.getKey(), row.getKey())));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void count(String size, String method) {
    JsonNode row = SIZES.required(size).required(method);
    T5Config config = T5Config.named(size);
    ParameterCount count = ParameterCounter.count(config, Methods.parse(METHODS.get(method)));
    assertEquals(row.required("trainable").asLong(), count.trainable(), "trainable");
    assertEquals(row.required("total").asLong(), count.total(), "total");
    SortedMap<String, ParameterCount.Group> groups = new TreeMap<>();
    row.required("groups")
        .properties()
        .forEach(
            group ->
                groups.put(
                    group.getKey(),
                    new ParameterCount.Group(
                        group.getValue().required("tensors").asInt(),
                        group.getValue().required("params").asLong())));
    assertEquals(groups, count.groups());
    assertEquals(
        row.required("trainable_tensors").asInt(),
        count.groups().values().stream().mapToInt(ParameterCount.Group::tensors).sum());
  }
}
