package io.github.compacter4j.t5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import org.junit.jupiter.api.Test;

/** What no golden file asks of a T5. */
class T5NetworkTest {
  private final NDManager manager = Torch.newManager();

  @Test
  void whatIsNotLearntBecomesThePadIdAndNothingElseDoes() {
    ObjectNode backbone = Goldens.file("t5_tiny.json").deepCopy();
    ((ObjectNode) backbone.required("config")).put("pad_token_id", 3);
    try (T5Network network = T5Golden.network(backbone, DataType.FLOAT64)) {
      long start = network.config().decoderStartTokenId();
      long[] labels = {1, 5, -100, 2, -100};
      long[] read = network.shiftRight(manager.create(labels, new Shape(1, 5))).toLongArray();
      assertArrayEquals(new long[] {start, 1, 5, 3, 2}, read);
    }
  }

  @Test
  void aLongerTextBeforeChangesNothing() {
    JsonNode golden = Goldens.file("t5_tiny.json");
    double[] fresh;
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT64)) {
      fresh = encoded(network, 7);
    }
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT64)) {
      encoded(network, 3);
      encoded(network, 150);
      assertArrayEquals(fresh, encoded(network, 7), 0);
    }
  }

  private double[] encoded(T5Network network, int length) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      long[] ids = new long[length];
      for (int i = 0; i < length; i++) {
        ids[i] = 2 + i % 40;
      }
      return network
          .encode(
              ForwardPass.evaluation(),
              manager.create(ids, new Shape(1, length)),
              manager.ones(new Shape(1, length), DataType.FLOAT64))
          .hidden()
          .toDoubleArray();
    }
  }
}
