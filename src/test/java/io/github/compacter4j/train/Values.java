package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.GradientCheck;

/**
 * Compares values in double precision with a golden file's.
 *
 * @param at file and step, for messages
 */
record Values(String at) {
  private static final double TOLERANCE = 1e-9;

  /** A number. */
  void equal(String what, JsonNode expected, double actual) {
    double value = expected.asDouble();
    assertEquals(value, actual, TOLERANCE * Math.max(1, Math.abs(value)), at + " " + what);
  }

  /** A tensor, in the golden form or as a flat list. */
  void equal(String what, JsonNode expected, NDArray actual) {
    double[] values =
        expected.isArray() ? Goldens.doubles(expected) : Goldens.tensor(expected).data();
    Goldens.assertClose(at + " " + what, values, GradientCheck.doubles(actual), TOLERANCE);
  }
}
