package io.github.compacter4j.methods.own;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.TinyModel;
import io.github.compacter4j.methods.TinyModel.Family;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A mask of random entries. */
class MaskTest {
  /** As many entries differ from the base as the mask has, and only of the chosen matrices. */
  @ParameterizedTest
  @CsvSource({"T5, 77, q+v", "BERT, 300, all", "BERT, 1152, k"})
  void exactlySoManyEntriesMove(Family family, int budget, String targets) {
    String spec = "mask[budget=%d,targets=%s]".formatted(budget, targets);
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 3);
        GradientMode off = GradientMode.off()) {
      NDArray delta = adaptation.trainable().get("mask_delta").getArray();
      double[] ones = new double[budget];
      Arrays.fill(ones, 1);
      TinyModel.set(delta, ones);
      long moved =
          tiny.network().anatomy().shapes().keySet().stream()
              .mapToLong(name -> moved(tiny, name))
              .sum();
      assertEquals(budget, moved);
    }
  }

  private static long moved(TinyModel tiny, String name) {
    double[] before = GradientCheck.doubles(tiny.network().weights().get(name));
    double[] now = GradientCheck.doubles(tiny.network().tensor(name));
    long moved = 0;
    for (int i = 0; i < now.length; i++) {
      moved += Math.abs(now[i] - before[i] - 1) < 1e-12 ? 1 : 0;
    }
    return moved;
  }
}
