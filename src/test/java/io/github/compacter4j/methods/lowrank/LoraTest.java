package io.github.compacter4j.methods.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.TinyModel;
import io.github.compacter4j.methods.TinyModel.Family;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.OneThread;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LoRA with a dropout of its own, with directions and lengths, and from singular values. */
@ExtendWith(OneThread.class)
class LoraTest {
  /** Scaled by one before the bias, where the base adds it in the same operation. */
  @ParameterizedTest
  @EnumSource(Family.class)
  void directionsAndLengthsStartAtTheBase(Family family) {
    for (String spec :
        new String[] {
          "lora[rank=2,dora=true,targets=all]", "lora[rank=2,dora=true,start=pissa,targets=all]"
        }) {
      try (TinyModel tiny = family.open(DataType.FLOAT64)) {
        double[] before = tiny.logits();
        try (Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
          assertArrayEquals(before, tiny.logits(), 1e-10, spec);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void dropoutActsInTrainingAlone(Family family) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation =
            Methods.parse("lora[rank=2,dropout=0.5,start=pissa]")
                .applyTo(tiny.network(), "task", 1)) {
      double[] evaluated = tiny.logits();
      assertArrayEquals(evaluated, tiny.logits());
      double first = tiny.backward(0, 1);
      assertEquals(first, tiny.backward(0, 1), "one seed, one mask");
      assertNotEquals(first, withoutDropout(family), 1e-6);
    }
  }

  private static double withoutDropout(Family family) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation =
            Methods.parse("lora[rank=2,start=pissa]").applyTo(tiny.network(), "task", 1)) {
      return tiny.backward(0, 1);
    }
  }

  /** An adapter means nothing without its start, so that its file holds it. */
  @ParameterizedTest
  @EnumSource(Family.class)
  void filesHoldTheStartFromSingularValues(Family family) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation =
            Methods.parse("lora[rank=2,start=pissa]").applyTo(tiny.network(), "task", 1)) {
      assertEquals(adaptation.fixed().keySet().size() * 2, loraTensors(adaptation));
      adaptation
          .fixed()
          .forEach(
              (name, start) -> {
                double[] values = GradientCheck.doubles(start.getArray());
                assertTrue(Arrays.stream(values).anyMatch(value -> value != 0), name);
                String trained = name.replace(".start", ".weight");
                assertArrayEquals(
                    GradientCheck.doubles(adaptation.trainable().get(trained).getArray()), values);
              });
    }
  }

  private static long loraTensors(Adaptation adaptation) {
    return adaptation.kept().keySet().stream().filter(name -> name.contains(".lora_")).count();
  }
}
