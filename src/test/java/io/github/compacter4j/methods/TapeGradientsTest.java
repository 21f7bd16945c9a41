package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.methods.TinyModel.Family;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.OneThread;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions with backward passes of their own give the gradients that libtorch's records give. */
@ExtendWith(OneThread.class)
class TapeGradientsTest {
  private static final double DROPOUT = 0.1;
  private static final double SCALE = 0.5;

  static List<Arguments> methods() {
    return MethodContractTest.methodsOnEachFamily();
  }

  private record Outcome(double loss, Map<String, double[]> gradients) {}

  private static Outcome backward(Family family, String spec, boolean taped) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      MethodContractTest.shake(adaptation, 0.05);
      double loss = taped ? tiny.taped(DROPOUT, SCALE) : tiny.backward(DROPOUT, SCALE);
      Map<String, double[]> gradients = new TreeMap<>();
      adaptation
          .trainable()
          .forEach(
              (name, p) -> gradients.put(name, GradientCheck.doubles(p.getArray().getGradient())));
      return new Outcome(loss, gradients);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void lossAndGradientsAreTheSame(Family family, String spec) {
    Outcome recorded = backward(family, spec, false);
    Outcome taped = backward(family, spec, true);
    assertEquals(recorded.loss(), taped.loss(), 1e-13 * Math.abs(recorded.loss()));
    assertEquals(recorded.gradients().keySet(), taped.gradients().keySet());
    double largest =
        recorded.gradients().values().stream()
            .flatMapToDouble(Arrays::stream)
            .map(Math::abs)
            .max()
            .orElseThrow();
    recorded
        .gradients()
        .forEach(
            (name, gradient) ->
                assertArrayEquals(gradient, taped.gradients().get(name), 1e-12 * largest, name));
  }
}
