package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.TorchFunctions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every method, on the golden backbone. */
class MethodContractTest {
  static List<String> methods() {
    return List.of(
        "full",
        "compacter[reduction=3]",
        "compacter++[reduction=3]",
        "bitfit",
        "bitfit[finalNorms=true]",
        "prompt-random[length=5]",
        "prompt-vocabulary[length=5]",
        "prompt-vocabulary[length=5,init=head]",
        "said[dimension=90]",
        "said[dimension=90,gradient=true]",
        "head",
        "norms");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aSpecReadsBack(String spec) {
    Method method = Methods.parse(spec);
    assertEquals(method, Methods.parse(method.spec()));
    assertEquals(method.name(), Methods.parse(method.spec()).name());
    assertEquals(method.spec(), Methods.parse(method.spec()).spec());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theLiveTensorsAreTheDeclaredOnes(String spec) {
    Method method = Methods.parse(spec);
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = method.applyTo(tiny.network(), "task", 1)) {
      T5Config config = tiny.network().config();
      Map<String, Shape> live = new TreeMap<>();
      adaptation.trainable().forEach((name, p) -> live.put(name, p.getArray().getShape()));
      assertEquals(new TreeMap<>(method.resolve(config).trainable(config, "task")), live);
      assertEquals(
          ParameterCounter.count(config, method), ParameterCounter.count(adaptation, method));
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void onlyTheDeclaredTensorsGetGradients(String spec) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      shake(adaptation);
      tiny.backward();
      adaptation
          .trainable()
          .forEach(
              (name, p) -> assertTrue(largest(p.getArray().getGradient()) > 0, name + " learns"));
      tiny.network()
          .weights()
          .parameters()
          .forEach(
              (name, p) ->
                  assertEquals(
                      adaptation.trainable().containsKey(name), p.getArray().hasGradient(), name));
    }
  }

  /** All but full fine-tuning, which trains in place without a copy. */
  static List<String> removable() {
    return methods().stream().filter(spec -> !spec.equals("full")).toList();
  }

  @ParameterizedTest
  @MethodSource("removable")
  void removalBringsTheBaseModelBack(String spec) {
    Method method = Methods.parse(spec);
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      double[] before = tiny.logits();
      try (Adaptation adaptation = method.applyTo(tiny.network(), "task", 1)) {
        shake(adaptation);
        assertFalse(Arrays.equals(before, tiny.logits()), "the method has an effect");
      }
      assertArrayEquals(before, tiny.logits());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "bitfit", "said[dimension=90]", "head", "norms"})
  void theBaseModelIsTheStart(String spec) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      double[] before = tiny.logits();
      try (Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
        assertArrayEquals(before, tiny.logits());
      }
    }
  }

  /** All but SAID's faithful gradient, for which see SaidTest. */
  static List<String> differentiable() {
    return methods().stream().filter(spec -> !spec.equals("said[dimension=90]")).toList();
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void gradientsEqualCentralDifferences(String spec) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      shake(adaptation);
      tiny.backward();
      adaptation.trainable().forEach((name, p) -> differences(tiny, name, p.getArray()));
    }
  }

  private static void differences(Tiny tiny, String name, NDArray tensor) {
    double[] gradient = tensor.getGradient().toDoubleArray();
    double[] values = tensor.toDoubleArray();
    double scale = Math.max(1, largest(tensor.getGradient()));
    double h = 1e-5;
    for (int i = 0; i < values.length; i += Math.max(1, values.length / 3)) {
      double value = values[i];
      values[i] = value + h;
      set(tensor, values);
      double up = tiny.loss();
      values[i] = value - h;
      set(tensor, values);
      double down = tiny.loss();
      values[i] = value;
      set(tensor, values);
      assertEquals((up - down) / (2 * h), gradient[i], 1e-7 * scale, name + ", element " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aSavedAdapterGivesTheSameLogits(String spec, @TempDir Path folder) {
    Path file = folder.resolve("adapter.safetensors");
    Method method = Methods.parse(spec);
    double[] expected;
    try (Tiny tiny = new Tiny(DataType.FLOAT32);
        Adaptation adaptation = method.applyTo(tiny.network(), "task", 7)) {
      shake(adaptation);
      expected = tiny.logits();
      AdapterFile.write(file, adaptation.trainable());
    }
    try (Tiny tiny = new Tiny(DataType.FLOAT32);
        Adaptation adaptation = method.applyTo(tiny.network(), "task", 7)) {
      AdapterFile.read(file, adaptation.trainable());
      assertArrayEquals(expected, tiny.logits());
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void cachedGenerationEqualsWholePasses(String spec) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      shake(adaptation);
      long[][] written = tiny.generate(8);
      long[][] next = tiny.next(written);
      for (int row = 0; row < written.length; row++) {
        for (int i = 1; i < written[row].length && written[row][i - 1] != 1; i++) {
          assertEquals(next[row][i - 1], written[row][i], "row " + row + ", place " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void frozenMatricesMayBeBfloat16(String spec) {
    try (Tiny tiny = new Tiny(DataType.FLOAT32);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      shake(adaptation);
      double[] wide = tiny.logits();
      tiny.network().weights().keepFrozenMatricesInBfloat16();
      double[] narrow = tiny.logits();
      double scale = Arrays.stream(wide).map(Math::abs).max().orElseThrow();
      assertArrayEquals(wide, narrow, 0.1 * scale);
      tiny.backward();
      adaptation
          .trainable()
          .forEach(
              (name, p) -> assertTrue(largest(p.getArray().getGradient()) > 0, name + " learns"));
      assertEquals(3, tiny.generate(5).length);
    }
  }

  /** Moves every trained tensor away from its start. */
  private static void shake(Adaptation adaptation) {
    adaptation
        .trainable()
        .forEach(
            (name, p) -> {
              double[] values = GradientCheck.doubles(p.getArray());
              float[] noise = new NamedRandom(5, name).normal(values.length, 0.05);
              for (int i = 0; i < values.length; i++) {
                values[i] += noise[i];
              }
              set(p.getArray(), values);
            });
  }

  private static void set(NDArray tensor, double[] values) {
    try (GradientMode off = GradientMode.off();
        NDArray value =
            GradientCheck.create(
                tensor.getManager(), tensor.getDataType(), values, tensor.getShape())) {
      TorchFunctions.copy(value, tensor);
    }
  }

  private static double largest(NDArray tensor) {
    return Arrays.stream(GradientCheck.doubles(tensor)).map(Math::abs).max().orElse(0);
  }
}
