package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.methods.TinyModel.Family;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions with backward passes of their own give the gradients that libtorch's records give. */
@ExtendWith(OneThread.class)
class TapeGradientsTest {
  private static final double DROPOUT = 0.1;
  private static final double SCALE = 0.5;

  static List<Arguments> methods() {
    return MethodContractTest.methodsOnEachFamily();
  }

  private static Gradients taped(Family family, String spec) {
    return Gradients.of(family, spec, tiny -> tiny.taped(DROPOUT, SCALE));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void lossAndGradientsAreTheSame(Family family, String spec) {
    Gradients recorded = Gradients.of(family, spec, tiny -> tiny.backward(DROPOUT, SCALE));
    recorded.assertEqual(taped(family, spec), 1e-13);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void predictionsAreTheSameWithAndWithoutRecords(Family family, String spec) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      MethodContractTest.shake(adaptation, 0.05);
      double[] recorded;
      try (GradientMode on = GradientMode.on()) {
        recorded = GradientCheck.doubles(tiny.logits(ForwardPass.evaluation()));
      }
      double largest = Arrays.stream(recorded).map(Math::abs).max().orElseThrow();
      assertArrayEquals(recorded, tiny.logits(), 1e-12 * largest);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BERT, 'compacter[reduction=3]', 2, 2, 0",
    "BERT, 'adapter[reduction=3]', 2, 2, 0",
    "BERT, bitfit, 2, 2, 0",
    "BERT, norms, 2, 2, 0",
    "BERT, 'lora[rank=2]', 0, 2, 2",
    "BERT, full, 0, 0, 2",
    "T5, 'compacter++[reduction=3]', 4, 4, 2",
    "T5, 'prompt-random[length=5]', 3, 4, 2", // the decoder's first reads frozen embeddings
    "T5, bitfit, 0, 0, 6",
    "T5, ia3, 0, 0, 6",
  })
  void subLayersThatAreLeftAloneAreWhole(
      Family family, String spec, long attentions, long feedForwards, long attentionsInParts) {
    Map<String, Long> before = TorchFunctions.calls();
    taped(family, spec);
    assertEquals(attentions, callsSince(before, "self_attention_backward"));
    assertEquals(feedForwards, callsSince(before, "feed_forward_backward"));
    assertEquals(attentionsInParts, callsSince(before, "attention_backward"));
  }

  private static long callsSince(Map<String, Long> before, String function) {
    return TorchFunctions.calls().getOrDefault(function, 0L) - before.getOrDefault(function, 0L);
  }

  @Test
  void whatNothingTrainedReachesHasNoBackwardPass() {
    Map<String, Long> before = TorchFunctions.calls();
    taped(Family.BERT, "head");
    assertEquals(0, callsSince(before, "self_attention_backward"));
    assertEquals(0, callsSince(before, "layer_norm_backward"));
  }
}
