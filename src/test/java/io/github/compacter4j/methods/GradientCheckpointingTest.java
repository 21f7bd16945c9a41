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

/** Blocks that are computed again give the gradients of blocks that are kept. */
@ExtendWith(OneThread.class)
class GradientCheckpointingTest {
  private static final double DROPOUT = 0.1;
  private static final double SCALE = 0.5;

  static List<Arguments> methods() {
    return MethodContractTest.methodsOnEachFamily();
  }

  private record Outcome(double loss, Map<String, double[]> gradients) {}

  private static Outcome backward(Family family, String spec, boolean checkpointed) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      MethodContractTest.shake(adaptation, 0.05);
      double loss =
          checkpointed ? tiny.checkpointed(DROPOUT, SCALE) : tiny.backward(DROPOUT, SCALE);
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
    Outcome kept = backward(family, spec, false);
    Outcome again = backward(family, spec, true);
    assertEquals(kept.loss(), again.loss(), 1e-14 * Math.abs(kept.loss()));
    assertEquals(kept.gradients().keySet(), again.gradients().keySet());
    double largest =
        kept.gradients().values().stream()
            .flatMapToDouble(Arrays::stream)
            .map(Math::abs)
            .max()
            .orElseThrow();
    kept.gradients()
        .forEach(
            (name, gradient) ->
                assertArrayEquals(gradient, again.gradients().get(name), 1e-12 * largest, name));
  }
}
