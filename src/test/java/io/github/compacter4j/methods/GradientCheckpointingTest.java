package io.github.compacter4j.methods;

import io.github.compacter4j.methods.TinyModel.Family;
import io.github.compacter4j.torch.OneThread;
import java.util.List;
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

  @ParameterizedTest
  @MethodSource("methods")
  void lossAndGradientsAreTheSame(Family family, String spec) {
    Gradients kept = Gradients.of(family, spec, tiny -> tiny.backward(DROPOUT, SCALE));
    Gradients again = Gradients.of(family, spec, tiny -> tiny.checkpointed(DROPOUT, SCALE));
    kept.assertEqual(again, 1e-14);
  }
}
