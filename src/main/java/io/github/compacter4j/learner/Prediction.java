package io.github.compacter4j.learner;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What is predicted for a row.
 *
 * @param text a label, a score or what was written
 * @param probabilities of the labels, in their order; empty where labels are not chosen among
 * @param isWritten whether the model wrote the text itself
 */
public record Prediction(
    @JsonProperty("prediction") String text,
    Map<String, Double> probabilities,
    @JsonIgnore boolean isWritten) {

  /** What a model wrote. */
  public static Prediction written(String text) {
    return new Prediction(text, Map.of(), true);
  }

  /** A score. */
  static Prediction score(Number value) {
    return new Prediction(value.toString(), Map.of(), false);
  }

  /** A label among others. */
  public static Prediction label(String label, Map<String, Double> probabilities) {
    return new Prediction(label, probabilities, false);
  }
}
