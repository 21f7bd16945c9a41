package io.github.compacter4j.methods.ranks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.torch.OneThread;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(OneThread.class)
class IncreLoraTest {
  private static final String FOUR = "increlora[target=2,targets=wo,interval=1,";

  /** Behind some steps of backward passes alone, in which all granted E count. */
  private static void steps(Tiny tiny, Adaptation adaptation, int steps) {
    adaptation
        .trainable()
        .forEach((name, p) -> p.getArray().get(":1").addi(name.endsWith("lora_E") ? 1 : 0));
    StepRule rule = adaptation.rules().get(0);
    for (int t = 0; t < steps; t++) {
      StepRule.Step step = new StepRule.Step(t, steps, 0, 0, adaptation.tensors(), null);
      rule.beforeForward(step);
      tiny.backward();
      rule.afterBackward(step);
      rule.afterUpdate(step);
    }
  }

  private static double ranks(Adaptation adaptation) {
    return adaptation.fixed().entrySet().stream()
        .filter(e -> e.getKey().endsWith("ranknum"))
        .mapToDouble(e -> e.getValue().getArray().sum().getDouble())
        .sum();
  }

  /** Of the four matrices of a tiny T5. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "top=1] | 1 | 4",
        "top=1] | 3 | 6",
        "top=3] | 2 | 7",
        "top=3] | 9 | 8", // the second time one is left
        "top=2,warmup=2] | 3 | 4",
        "top=2,warmup=2] | 4 | 6",
        "top=4,increment=2,most=3] | 2 | 12",
        "top=1,most=2] | 9 | 8" // each of them in turn
      })
  void grantsTheTopUntilTheTarget(String options, int steps, double ranks) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(FOUR + options).applyTo(tiny.network(), "task", 1)) {
      steps(tiny, adaptation, steps);
      assertEquals(ranks, ranks(adaptation));
    }
  }

  @Test
  void aReserveTrainsAheadUntilAllIsGranted() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation =
            Methods.parse("increlora[target=3,targets=wo,interval=1,top=4,increment=2,most=12]")
                .applyTo(tiny.network(), "task", 1)) {
      Map<String, Parameter> tensors = adaptation.trainable();
      String wo = "decoder.block.1.layer.2.DenseReluDense.wo.lora_";
      steps(tiny, adaptation, 1);
      NDArray e = tensors.get(wo + "E").getArray();
      assertArrayEquals(new double[] {1, 1e-5, 1e-5, 0}, first(e, 4), 1e-12);
      steps(tiny, adaptation, 2);
      assertEquals(0, e.get("3:").abs().sum().getDouble(), "the last reserve is without effect");
      tiny.backward();
      adaptation
          .rules()
          .get(0)
          .afterBackward(new StepRule.Step(2, 3, 0, 0, adaptation.tensors(), null));
      double[] gradient = first(e.getGradient(), 5);
      assertTrue(gradient[1] != 0 && gradient[2] != 0, "granted ones learn");
      assertTrue(gradient[3] == 0 && gradient[4] == 0, "E of a reserve does not");
    }
  }

  @Test
  void reservesStayWhereTheTargetIsPassed() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation =
            Methods.parse(FOUR + "top=4,increment=2,most=3]").applyTo(tiny.network(), "task", 1)) {
      steps(tiny, adaptation, 4);
      NDArray e =
          adaptation.trainable().get("decoder.block.1.layer.2.DenseReluDense.wo.lora_E").getArray();
      assertArrayEquals(new double[] {1e-5, 1e-5}, e.get("3:5").flatten().toDoubleArray(), 1e-15);
    }
  }

  private static double[] first(NDArray column, int count) {
    return column.get(":" + count).flatten().toDoubleArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "increlora[rank=9] | rank=9 is larger than target=8; at most 8",
        "increlora[most=1] | target=8 is larger than most=1; at most 1",
        "increlora[target=2,increment=8,most=8] | most at least 9",
        "increlora[rank=2,target=3,most=3,increment=2] | within most=3; most at least 4",
        "increlora[most=400] | most=400 is larger than",
        "increlora[most=400] | (384, 384); at most 384"
      })
  void whatCannotBeIsRefused(String spec, String message) {
    UserException error =
        assertThrows(
            UserException.class, () -> Methods.parse(spec).resolve(BertConfig.named("minilm")));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
