package io.github.compacter4j.methods.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(OneThread.class)
class AdaLoraTest {
  /** How many of 12 triplets count behind a step of ten in which all have a gradient. */
  private static double left(String options, int step) {
    String spec = "adalora[rank=3,targets=wo,penalty=0.1," + options + "]";
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      adaptation
          .trainable()
          .forEach((name, p) -> p.getArray().addi(name.endsWith("lora_E") ? 1 : 0));
      StepRule rule = adaptation.rules().get(0);
      StepRule.Step now = new StepRule.Step(step, 10, 0, 0, adaptation.tensors(), null);
      rule.beforeForward(now);
      tiny.backward();
      rule.afterUpdate(now);
      return adaptation.trainable().entrySet().stream()
          .filter(e -> e.getKey().endsWith("lora_E"))
          .mapToLong(e -> notZero(e.getValue().getArray()))
          .sum();
    }
  }

  private static long notZero(NDArray e) {
    return e.neq(0).sum().getLong();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "target=1 | 0 | 12", // the whole budget up to tinit
        "target=1 | 1 | 9", // 4 + 8 (9/10)^3
        "target=1 | 5 | 5", // 4 + 8 (5/10)^3
        "target=1,tinit=4 | 4 | 12",
        "target=1,tinit=4,deltaT=2 | 5 | 12",
        "target=1,tinit=4,deltaT=2 | 6 | 6", // 4 + 8 (4/6)^3
        "target=2,tfinal=3 | 5 | 8", // 8 + 4 (2/7)^3
        "target=3 | 5 | 12" // nothing to mask
      })
  void masksWhatIsOverTheBudget(String options, int step, double left) {
    assertEquals(left, left(options, step));
  }

  /** A row of norm one is orthonormal to the last bit, where the norm has no slope. */
  @Test
  void thePenaltyHasAFiniteGradientWhereItIsZero() {
    try (Tiny tiny = new Tiny(DataType.FLOAT32);
        Adaptation adaptation =
            Methods.parse("adalora[rank=1,target=1,targets=wo]")
                .applyTo(tiny.network(), "task", 1)) {
      try (GradientMode off = GradientMode.off()) {
        adaptation
            .trainable()
            .forEach(
                (name, p) -> {
                  p.getArray().muli(0);
                  p.getArray().get(":1").get(":, :1").addi(1); // (1, in) or (out, 1)
                });
      }
      try (GradientMode on = GradientMode.on()) {
        NDArray penalty = adaptation.penalty().orElseThrow();
        assertEquals(0, penalty.getFloat(), 1e-12);
        Torch.backward(penalty);
      }
      adaptation
          .trainable()
          .forEach(
              (name, p) ->
                  assertTrue(Float.isFinite(p.getArray().getGradient().sum().getFloat()), name));
    }
  }

  @Test
  void nothingIsMaskedBetween() {
    assertEquals(12, left("target=1,tfinal=1,deltaT=9", 8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adalora[rank=2,target=3] | target=3 is larger than rank=2; at most 2",
        "adalora[rank=400,targets=q] | (384, 384); at most 384",
        "dylora[rank=400] | (384, 384); at most 384",
        "dylora[rank=4,use=5] | use=5 is larger than rank=4; at most 4",
        "sora[rank=400] | (384, 384); at most 384"
      })
  void whatCannotBeIsRefused(String spec, String message) {
    UserException error =
        assertThrows(
            UserException.class, () -> Methods.parse(spec).resolve(BertConfig.named("minilm")));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void stepsMustBeLeftToShrinkIn() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation =
            Methods.parse("adalora[rank=3,target=2,tinit=6,tfinal=4]")
                .applyTo(tiny.network(), "task", 1)) {
      StepRule rule = adaptation.rules().get(0);
      StepRule.Step first = new StepRule.Step(0, 10, 0, 0, adaptation.tensors(), null);
      UserException error =
          assertThrows(UserException.class, () -> rule.beforeForward(first)); // no step is taken
      assertTrue(
          error.getMessage().contains("tinit=6 and tfinal=4 leave none of 10 steps to shrink in"),
          error.getMessage());
    }
  }

  @Test
  void targetsAreThoseOfPeft() {
    assertEquals(
        "adalora[rank=12,target=8,alpha=8,targets=all,penalty=0.5,tinit=0,tfinal=0,deltaT=1]",
        Methods.parse("adalora").resolve(T5Config.base()).spec().toString());
    assertEquals(
        "adalora[rank=12,target=8,alpha=8,targets=q+v,penalty=0.5,tinit=0,tfinal=0,deltaT=1]",
        Methods.parse("adalora").resolve(BertConfig.named("minilm")).spec().toString());
  }
}
