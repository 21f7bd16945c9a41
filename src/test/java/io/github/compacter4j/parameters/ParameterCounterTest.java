package io.github.compacter4j.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.t5.T5Network;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterCounterTest {
  @Test
  void whatTrainsOfT5ItselfIsCopiedForEachFurtherTask() {
    T5Config config = T5Config.named("t5-small");
    double embedding = 32_100.0 * 512 / ParameterCounter.baseSize(config);
    assertEquals(1, ParameterCounter.totalRatio(config, Methods.parse("head"), 1));
    assertEquals(
        1 + 7 * embedding, ParameterCounter.totalRatio(config, Methods.parse("head"), 8), 1e-12);
    assertEquals(8, ParameterCounter.totalRatio(config, Methods.parse("full"), 8));
    assertEquals(1, ParameterCounter.totalRatio(config, Methods.parse("norms"), 8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "compacter[n=4,reduction=3]", "compacter++[n=2,rank=2]"})
  void aLiveTinyModelHasAsMany(String spec) {
    for (String backbone : List.of("t5_tiny.json", "t5_tiny_v11.json")) {
      try (T5Network network = T5Golden.network(Goldens.file(backbone), DataType.FLOAT32)) {
        liveEqualsComputed(network, Methods.parse(spec));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "compacter", "compacter++", "compacter[n=12]"})
  void theLiveBundledModelHasAsMany(String spec) {
    try (T5 t5 = T5.load(T5.BUNDLED);
        T5Network network = t5.newNetwork()) {
      assertEquals(8100, network.config().vocabSize());
      liveEqualsComputed(network, Methods.parse(spec));
    }
  }

  private static void liveEqualsComputed(T5Network network, Method method) {
    ParameterCount computed = ParameterCounter.count(network.config(), method);
    long base =
        network.weights().parameters().values().stream().mapToLong(p -> p.getArray().size()).sum();
    assertEquals(base, ParameterCounter.baseSize(network.config()));
    try (Adaptation adaptation = method.applyTo(network, "task", 1)) {
      assertEquals(computed, ParameterCounter.count(adaptation, method));
      // Independently of names: all tensors that ask for a gradient, each counted once.
      Set<Parameter> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
      Stream.concat(
              adaptation.trainable().values().stream(),
              network.weights().parameters().values().stream())
          .filter(parameter -> parameter.getArray().hasGradient())
          .forEach(distinct::add);
      assertEquals(
          computed.trainable(), distinct.stream().mapToLong(p -> p.getArray().size()).sum());
    }
  }
}
