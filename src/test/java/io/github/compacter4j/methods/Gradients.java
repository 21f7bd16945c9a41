package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.methods.TinyModel.Family;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.torch.GradientCheck;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The loss of a golden backbone with a method that is not at its start, and the gradients. */
record Gradients(double loss, Map<String, double[]> ofTrained) {
  /** What one way of computing them gives, which tells the loss. */
  static Gradients of(Family family, String spec, ToDoubleFunction<TinyModel> backward) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      MethodContractTest.shake(adaptation, 0.05);
      double loss = backward.applyAsDouble(tiny);
      Map<String, double[]> gradients = new TreeMap<>();
      adaptation
          .trainable()
          .forEach(
              (name, p) -> gradients.put(name, GradientCheck.doubles(p.getArray().getGradient())));
      return new Gradients(loss, gradients);
    }
  }

  /** Fails unless another way gives the same but for rounding. */
  void assertEqual(Gradients other, double lossTolerance) {
    assertEquals(loss, other.loss, lossTolerance * Math.abs(loss));
    assertEquals(ofTrained.keySet(), other.ofTrained.keySet());
    double largest =
        ofTrained.values().stream()
            .flatMapToDouble(Arrays::stream)
            .map(Math::abs)
            .max()
            .orElseThrow();
    ofTrained.forEach(
        (name, gradient) ->
            assertArrayEquals(gradient, other.ofTrained.get(name), 1e-12 * largest, name));
  }
}
