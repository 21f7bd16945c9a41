package io.github.compacter4j.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every metric against the outputs of the reference code. */
class MetricsGoldenTest {
  private static final JsonNode GOLDEN = Goldens.file("metrics.json");
  private static final double TOLERANCE = 1e-9;

  /**
   * The metrics of ours behind a function of the reference code, found by the start of its name.
   */
  private static final Map<String, List<Metric>> METRICS =
      Map.of(
          "accuracy", List.of(Metric.ACCURACY),
          "f1_score_with_invalid", List.of(Metric.F1),
          "matthews_corrcoef", List.of(Metric.MATTHEWS),
          "pearson_corrcoef", List.of(Metric.PEARSON),
          "spearman_corrcoef", List.of(Metric.SPEARMAN),
          "mean_multiclass_f1", List.of(Metric.F1_MULTICLASS),
          "multirc_f1_over_all_answers", List.of(Metric.MULTIRC_F1),
          "mean_group_metric", List.of(Metric.MULTIRC_EM),
          "squad", List.of(Metric.SQUAD_EM, Metric.SQUAD_F1));

  static Stream<Arguments> cases() {
    JsonNode cases = GOLDEN.required("cases");
    return Stream.iterate(0, i -> i < cases.size(), i -> i + 1)
        .map(
            i -> {
              JsonNode one = cases.get(i);
              String note = one.path("note").asText();
              return Arguments.of("metrics.json case " + i + " " + name(one) + " " + note, one);
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void equalsTheReference(String name, JsonNode one) {
    List<Metric> metrics = METRICS.get(name(one));
    assertFalse(metrics == null, name + ": no such metric here");
    List<String> predictions = new ArrayList<>();
    one.required("predictions").forEach(p -> predictions.add(text(p)));
    List<Reference> references = new ArrayList<>();
    one.required("targets").forEach(t -> references.add(reference(t)));
    Map<String, Double> found = Metric.evaluate(metrics, predictions, references);
    JsonNode output = one.required("output");
    assertEquals(output.size(), found.size(), name + ": number of metrics");
    output
        .properties()
        .forEach(
            expected ->
                Goldens.assertClose(
                    name + ": " + expected.getKey(),
                    new double[] {expected.getValue().doubleValue()},
                    new double[] {found.get(expected.getKey())},
                    TOLERANCE));
  }

  static Stream<JsonNode> normalized() {
    return StreamSupport.stream(GOLDEN.required("normalize_squad").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("normalized")
  void normalizesAsSquad(JsonNode one) {
    String found = Squad.normalize(one.required("in").asText());
    assertEquals(one.required("out").asText(), found, "metrics.json normalize_squad " + one);
  }

  static Stream<JsonNode> numbers() {
    return StreamSupport.stream(GOLDEN.required("string_to_float").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void readsNumbers(JsonNode one) {
    double expected = one.required("out").doubleValue();
    double found = Correlation.number(one.required("in").asText());
    assertEquals(expected, found, TOLERANCE, "metrics.json string_to_float " + one);
  }

  @Test
  void averagesPlainly() {
    assertEquals(80.0, Metric.average(Map.of("accuracy", 70.0, "f1", 90.0)), TOLERANCE);
  }

  private static String name(JsonNode one) {
    return one.required("metric").asText().split("\\(")[0];
  }

  private static String text(JsonNode prediction) {
    return prediction.isObject() ? prediction.required("value").asText() : prediction.asText();
  }

  private static Reference reference(JsonNode target) {
    if (target.isArray()) {
      return Reference.anyOf(Goldens.strings(target));
    }
    return target.isObject()
        ? Reference.grouped(target.required("group").intValue(), text(target))
        : Reference.of(text(target));
  }
}
