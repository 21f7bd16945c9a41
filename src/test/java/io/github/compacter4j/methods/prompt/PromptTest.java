package io.github.compacter4j.methods.prompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Tensors;
import io.github.compacter4j.torch.GradientCheck;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PromptTest {
  private static double[] start(String spec) {
    try (Tiny tiny = new Tiny(DataType.FLOAT32);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      return GradientCheck.doubles(adaptation.trainable().get("prefix_shared").getArray());
    }
  }

  @Test
  void fromTheVocabularyMeansItsFirstRows() {
    try (Tiny tiny = new Tiny(DataType.FLOAT32)) {
      double[] rows = GradientCheck.doubles(tiny.network().weights().get(T5Tensors.SHARED));
      int d = tiny.network().config().dModel();
      assertArrayEquals(
          Arrays.copyOf(rows, 7 * d), start("prompt-vocabulary[length=7]"), "rows 0..6");
    }
  }

  @Test
  void theOthersFollowTheirDistribution() {
    double[] uniform = start("prompt-random[length=1000]");
    assertTrue(Arrays.stream(uniform).allMatch(x -> Math.abs(x) <= 0.5));
    assertEquals(0, mean(uniform, 1), 0.01);
    assertEquals(1 / 12.0, mean(uniform, 2), 0.003);
    double[] normal = start("prompt-vocabulary[length=48,init=head]");
    assertEquals(0, mean(normal, 1), 0.12);
    assertEquals(1, mean(normal, 2), 0.2);
  }

  private static double mean(double[] values, int power) {
    return Arrays.stream(values).map(x -> Math.pow(x, power)).average().orElseThrow();
  }

  @Test
  void aPromptLongerThanTheVocabularyIsRefused() {
    T5Config config = T5Config.small();
    Method method = Methods.parse("prompt-vocabulary[length=32101]");
    UserException error = assertThrows(UserException.class, () -> method.resolve(config));
    assertEquals(UserException.WRONG_USAGE, error.exitStatus());
    assertTrue(error.getMessage().contains("32100"), error.getMessage());
    assertEquals(
        512L * 32101,
        Methods.parse("prompt-random[length=32101]")
            .trainable(config, "task")
            .get("prefix_shared")
            .size());
  }
}
