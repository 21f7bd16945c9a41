package io.github.compacter4j.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenMethods;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.t5.T5Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts from sizes alone against models that the reference built, every method and size. */
class ParameterCountGoldenTest {
  /** The golden's row of each method. */
  private static Map<String, String> methods() {
    Map<String, String> methods = new LinkedHashMap<>();
    methods.put("T5 (full fine-tuning)", "full");
    methods.put("BitFit", "bitfit");
    methods.put("Prompt Tuning-R", "prompt-random");
    methods.put("Prompt Tuning-T", "prompt-vocabulary");
    methods.put("Intrinsic-SAID", "said");
    methods.put("Adapter", "adapter");
    methods.put("Pfeiffer-Adapter", "pfeiffer");
    methods.put("AdapterDrop", "adapterdrop");
    methods.put("Adapter-LowRank", "lowrank");
    for (int n : List.of(4, 8, 12)) {
      methods.put("PHM-Adapter (n=" + n + ")", "phm[n=" + n + "]");
      methods.put("Compacter (n=" + n + ")", "compacter[n=" + n + "]");
      methods.put("Compacter++ (n=" + n + ")", "compacter++[n=" + n + "]");
    }
    return methods;
  }

  static List<Arguments> rows() {
    List<Arguments> rows = new ArrayList<>();
    JsonNode sizes = Goldens.file("param_counts.json").required("sizes");
    for (Map.Entry<String, JsonNode> size : sizes.properties()) {
      for (Map.Entry<String, JsonNode> row : size.getValue().properties()) {
        String spec = methods().get(row.getKey());
        assertNotNull(spec, "no method for the golden's row " + row.getKey());
        rows.add(Arguments.of(size.getKey(), row.getKey(), spec));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void equalsTheReference(String size, String row, String spec) {
    JsonNode expected =
        Goldens.file("param_counts.json").required("sizes").required(size).required(row);
    T5Config config = T5Config.named(size);
    Method method = Methods.parse(spec);
    if (expected.has("error")) {
      UserException error =
          assertThrows(UserException.class, () -> ParameterCounter.count(config, method));
      assertTrue(error.getMessage().contains("is not divisible by n=12"), error.getMessage());
      return;
    }
    ParameterCount count = ParameterCounter.count(config, method);
    assertEquals(groups(expected.required("groups")), count.groups());
    assertEquals(expected.required("trainable").asLong(), count.trainable());
    assertEquals(expected.required("total").asLong(), count.total());
    assertEquals(expected.required("base_total").asLong(), ParameterCounter.baseSize(config));
    assertEquals(
        expected.required("trainable_tensors").asInt(),
        count.groups().values().stream().mapToInt(ParameterCount.Group::tensors).sum());
    assertEquals(expected.required("trainable_percent_of_base").asDouble(), count.percent(), 1e-12);
    for (int tasks : new int[] {6, 8}) {
      double ratio = expected.required("total_params_ratio_" + tasks + "_tasks").asDouble();
      if (row.equals("Intrinsic-SAID")) { // counted for one task there, for all in the paper
        ratio = 1 + tasks * (ratio - 1);
      }
      assertEquals(ratio, ParameterCounter.totalRatio(config, method, tasks), 1e-12);
    }
  }

  private static SortedMap<String, ParameterCount.Group> groups(JsonNode json) {
    SortedMap<String, ParameterCount.Group> groups = new TreeMap<>();
    json.properties()
        .forEach(
            e ->
                groups.put(
                    e.getKey(),
                    new ParameterCount.Group(
                        e.getValue().required("tensors").asInt(),
                        e.getValue().required("params").asLong())));
    return groups;
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32})
  void equalsTheReferenceForEachReductionFactor(int reduction) {
    JsonNode rows =
        Goldens.file("param_counts.json")
            .required("t5_base_by_reduction_factor")
            .required(Integer.toString(reduction));
    rows.properties()
        .forEach(
            e -> {
              String spec = methods().get(e.getKey()).replace("[", "[reduction=" + reduction + ",");
              Method method =
                  Methods.parse(spec.contains("[") ? spec : spec + "[reduction=" + reduction + "]");
              long trainable = ParameterCounter.count(T5Config.base(), method).trainable();
              assertEquals(e.getValue().required("trainable").asLong(), trainable, spec);
            });
  }

  static List<Arguments> moreRows() {
    List<Arguments> rows = new ArrayList<>();
    JsonNode sizes = Goldens.file("param_counts_more.json").required("sizes");
    for (Map.Entry<String, JsonNode> size : sizes.properties()) {
      for (Map.Entry<String, JsonNode> row : size.getValue().properties()) {
        rows.add(Arguments.of(size.getKey(), row.getKey(), row.getValue()));
      }
    }
    return rows;
  }

  /** At the default and at the settings nearest to the budgets of Compacter and Adapter. */
  @ParameterizedTest
  @MethodSource("moreRows")
  void equalsTheLibraries(String size, String row, JsonNode expected) {
    JsonNode usual = expected.required("default");
    requireCount(size, row, usual.path("knob").asInt(), usual);
    for (JsonNode matched : expected.path("matched")) {
      if (matched.has("trainable")) {
        requireCount(size, row, matched.required("value").asInt(), matched);
      }
    }
  }

  /** At the budgets MAM has flat prefixes. */
  private static String form(String row, JsonNode expected) {
    return expected.path("knob").asText().contains("flat prefix") ? row + "_flat" : row;
  }

  private static void requireCount(String size, String row, int knob, JsonNode expected) {
    Anatomy anatomy = size.startsWith("t5-") ? T5Config.named(size) : BertConfig.named(size);
    Method method =
        GoldenMethods.counted(form(row, expected), knob, anatomy.width())
            .orElseGet(() -> abort("method " + row + " is not built, skipped"));
    ParameterCount count = ParameterCounter.count(anatomy, method);
    assertEquals(expected.required("trainable").asLong(), count.trainable(), method.toString());
  }

  /** The method's own default of n, where 12 does not divide: 4. */
  @ParameterizedTest
  @ValueSource(strings = {"t5-small", "t5-large"})
  void phmFallsBackToFour(String size) {
    T5Config config = T5Config.named(size);
    assertEquals("phm[n=4,reduction=32]", Methods.parse("phm").resolve(config).spec().toString());
    assertEquals(
        "phm[n=12,reduction=32]", Methods.parse("phm").resolve(T5Config.base()).spec().toString());
  }
}
