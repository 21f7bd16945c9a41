package io.github.compacter4j.t5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes the hooks behind a sub-layer and behind its residual sum. */
class HooksTest {
  private static final Place ATTENTION = new Place(Stack.ENCODER, 1, SubLayer.SELF_ATTENTION);
  private static final Place FEED_FORWARD = new Place(Stack.ENCODER, 1, SubLayer.FEED_FORWARD);

  private final JsonNode golden = Goldens.file("t5_tiny.json");
  private final Map<String, double[]> passed = new HashMap<>();

  private Block recorder(String name) {
    return new LambdaBlock(
        list -> {
          passed.put(name, list.singletonOrThrow().toDoubleArray());
          return new NDList(list.singletonOrThrow());
        });
  }

  private void encode(T5Network network, ForwardPass pass) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      NDArray ids = GoldenArrays.array(manager, golden.required("input_ids"), DataType.INT64);
      NDArray mask =
          GoldenArrays.array(manager, golden.required("attention_mask"), DataType.FLOAT64);
      network.encode(pass, ids, mask);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void theSecondIsBehindDropoutAndSum(double dropout) {
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT64)) {
      network.hooks().behindSum(ATTENTION, recorder("h"));
      network.hooks().behind(FEED_FORWARD, recorder("y"));
      network.hooks().behindSum(FEED_FORWARD, recorder("sum"));
      encode(network, ForwardPass.training(dropout, 1));
    }
    double[] h = passed.get("h");
    double[] y = passed.get("y");
    double[] sum = passed.get("sum");
    int dropped = 0;
    for (int i = 0; i < sum.length; i++) {
      boolean zero = sum[i] == h[i];
      dropped += zero ? 1 : 0;
      assertEquals(zero ? 0 : y[i] / (1 - dropout), sum[i] - h[i], 1e-12);
    }
    assertEquals(dropout, (double) dropped / sum.length, dropout / 2);
  }

  @Test
  void theEmbeddingsTakeOneLayerAndOnePrompt() {
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT64)) {
      Hooks hooks = network.hooks();
      Parameter prompt =
          Parameter.builder().setName("prompt").setType(Parameter.Type.OTHER).build();
      hooks.behindEmbeddings(recorder("first"));
      hooks.input(prompt);
      assertThrows(IllegalStateException.class, () -> hooks.behindEmbeddings(recorder("second")));
      assertThrows(IllegalStateException.class, () -> hooks.input(prompt));
      hooks.clear();
      hooks.behindEmbeddings(recorder("third"));
      encode(network, ForwardPass.evaluation());
      assertEquals(Set.of("third"), passed.keySet());
    }
  }

  @Test
  void aPlaceTakesOneLayer() {
    try (T5Network network = T5Golden.network(golden, DataType.FLOAT64)) {
      Hooks hooks = network.hooks();
      hooks.behindSum(ATTENTION, recorder("a"));
      assertThrows(IllegalStateException.class, () -> hooks.behindSum(ATTENTION, recorder("b")));
      hooks.clear();
      encode(network, ForwardPass.evaluation());
      assertTrue(passed.isEmpty());
      hooks.behindSum(ATTENTION, recorder("c"));
      hooks.behind(ATTENTION, recorder("d"));
      encode(network, ForwardPass.evaluation());
      assertEquals(2, passed.size());
    }
  }
}
