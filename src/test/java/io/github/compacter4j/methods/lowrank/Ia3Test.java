package io.github.compacter4j.methods.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.methods.TinyModel;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class Ia3Test {
  private static final String GATED = "t5_tiny_v11.json";

  private static Map<String, Shape> inBlock(Anatomy anatomy, String block) {
    Map<String, Shape> shapes = new TreeMap<>();
    Methods.parse("ia3")
        .trainable(anatomy, "task")
        .forEach(
            (name, shape) -> {
              if (name.startsWith(block)) {
                shapes.put(name.substring(block.length()), shape);
              }
            });
    return shapes;
  }

  @Test
  void aGatedLayerIsScaledBehindTheMatrixThatItsGateMultiplies() {
    try (Tiny tiny = new Tiny(GATED, DataType.FLOAT64)) {
      Shape column = new Shape(20, 1);
      assertEquals(
          Map.of(
              "0.SelfAttention.k.ia3_l", column,
              "0.SelfAttention.v.ia3_l", column,
              "1.EncDecAttention.k.ia3_l", column,
              "1.EncDecAttention.v.ia3_l", column,
              "2.DenseReluDense.wi_1.ia3_l", new Shape(40, 1)),
          inBlock(tiny.network().anatomy(), "decoder.block.1.layer."));
    }
  }

  @Test
  void anEncoderIsScaledBeforeTheLastMatrixOfAttentionToo() {
    assertEquals(
        Map.of(
            "attention.self.key.ia3_l", new Shape(384, 1),
            "attention.self.value.ia3_l", new Shape(384, 1),
            "attention.output.dense.ia3_l", new Shape(1, 384),
            "output.dense.ia3_l", new Shape(1, 1536)),
        inBlock(BertConfig.named("minilm"), "encoder.layer.5."));
  }

  /** Its site is another one, its function the same. */
  @Test
  void aGatedLayerComputesWhatAVectorBeforeItsLastMatrixWould() {
    try (Tiny tiny = new Tiny(GATED, DataType.FLOAT64)) {
      Anatomy anatomy = tiny.network().anatomy();
      Plan beforeLast = new Plan(anatomy);
      for (TensorSpec matrix : anatomy.tensors()) {
        if (matrix.role() == Role.FF_OUT) {
          String name = matrix.sibling("ia3_l");
          Parameter l = beforeLast.tensor(name, new Shape(40), Initializer.ONES);
          beforeLast.hook(hooks -> hooks.scaleInput(matrix.name(), l));
        }
      }
      double[] expected = logits(tiny, beforeLast);
      assertArrayEquals(
          expected, logits(tiny, Methods.parse("ia3").plan(anatomy, "task", 0)), 1e-9);
      assertFalse(Arrays.equals(expected, tiny.logits()));
    }
  }

  /** With a ramp of values in the vectors of feed-forward layers. */
  private static double[] logits(Tiny tiny, Plan plan) {
    try (Adaptation adaptation = plan.applyTo(tiny.network())) {
      adaptation
          .trainable()
          .forEach(
              (name, l) -> {
                if (name.contains("DenseReluDense")) {
                  double[] ramp = new double[40];
                  Arrays.setAll(ramp, i -> 0.1 * i - 1);
                  TinyModel.set(l.getArray(), ramp);
                }
              });
      return tiny.logits();
    }
  }
}
