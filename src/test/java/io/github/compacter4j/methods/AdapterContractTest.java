package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.ForwardPass;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.train.AdamW;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every adapter method and for each of its options. */
class AdapterContractTest {
  private static final List<String> VARIANTS =
      List.of(
          "adapter[bottleneck=5]",
          "adapter[reduction=3,placement=all]",
          "adapter[reduction=3,norms=none]",
          "adapter[reduction=3,norms=above,layers=1..1]",
          "adapter[reduction=3,init=glorot-uniform]",
          "adapter[reduction=3,taskPrefix=true]",
          "lowrank[rank=3,reduction=3]",
          "lowrank[reduction=3,init=glorot-normal]",
          "phm[n=2,reduction=3]",
          "phm[n=2,reduction=3,shareA=true]",
          "phm[reduction=3,factoriseA=true]",
          "phm[reduction=3,shareB=true]",
          "phm[reduction=3,learnA=false]",
          "phm[reduction=3,initA=uniform]",
          "compacter[n=2,rank=2,reduction=3]",
          "compacter[bottleneck=8,shareA=false]",
          "compacter[bottleneck=8,factoriseA=true]",
          "compacter[n=2,rank=2,bottleneck=8,shareB=true]",
          "compacter[bottleneck=8,learnA=false]",
          "compacter[bottleneck=8,shareA=false,factoriseA=true,learnA=false]",
          "compacter[bottleneck=8,init=normal]",
          "compacter[bottleneck=8,init=xavier-normal,initA=uniform]",
          "compacter[bottleneck=8,placement=all,norms=above]",
          "compacter[bottleneck=8,layers=0..0]",
          "compacter++[bottleneck=8,variant=adapterhub]",
          "compacter++[bottleneck=8,variant=adapterhub,norms=all,placement=all]");

  static Stream<String> specs() {
    return Stream.concat(
        Methods.paper().stream()
            .filter(AdapterMethod.class::isInstance)
            .map(method -> method.name() + "[reduction=3]"),
        VARIANTS.stream());
  }

  @ParameterizedTest
  @MethodSource("specs")
  void removingItLeavesNoTrace(String spec) {
    try (TinyModel model = new TinyModel()) {
      double[] before = model.logits();
      Map<String, double[]> weights = model.weights();
      try (Adaptation adaptation = Methods.parse(spec).applyTo(model.network(), "task", 1)) {
        TinyModel.scatter(adaptation.trainable());
        assertFalse(Arrays.equals(before, model.logits()));
      }
      assertArrayEquals(before, model.logits());
      model.weights().forEach((name, w) -> assertArrayEquals(weights.get(name), w, name));
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void trainsJustWhatItDeclares(String spec) {
    Method method = Methods.parse(spec);
    try (TinyModel model = new TinyModel();
        Adaptation adaptation = method.applyTo(model.network(), "task", 1);
        AdamW optimizer = new AdamW(adaptation.trainable(), 1, 0)) {
      Map<String, Shape> declared =
          new TreeMap<>(method.trainable(model.network().config(), "task"));
      Map<String, Shape> live = new TreeMap<>();
      adaptation.trainable().forEach((name, p) -> live.put(name, p.getArray().getShape()));
      assertEquals(declared, live);
      Map<String, double[]> weights = model.weights();
      Map<String, double[]> before = new TreeMap<>();
      adaptation.trainable().forEach((name, p) -> before.put(name, p.getArray().toDoubleArray()));
      model.backward();
      model
          .network()
          .weights()
          .parameters()
          .forEach(
              (name, p) ->
                  assertEquals(declared.containsKey(name), p.getArray().hasGradient(), name));
      optimizer.step(1, 1e-3);
      adaptation
          .trainable()
          .forEach(
              (name, p) ->
                  assertFalse(Arrays.equals(before.get(name), p.getArray().toDoubleArray()), name));
      model
          .weights()
          .forEach(
              (name, w) ->
                  assertEquals(
                      declared.containsKey(name), !Arrays.equals(weights.get(name), w), name));
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aLiveModelHasAsManyParameters(String spec) {
    Method method = Methods.parse(spec);
    try (TinyModel model = new TinyModel();
        Adaptation adaptation = method.applyTo(model.network(), "task", 1)) {
      assertEquals(
          ParameterCounter.count(model.network().config(), method),
          ParameterCounter.count(adaptation, method));
    }
  }

  /** Along one direction in which all tensors move, then at one element of each kind of tensor. */
  @ParameterizedTest
  @MethodSource("specs")
  void gradientsEqualCentralDifferences(String spec) {
    try (TinyModel model = new TinyModel();
        Adaptation adaptation = Methods.parse(spec).applyTo(model.network(), "task", 1)) {
      SortedMap<String, Parameter> tensors = adaptation.trainable();
      TinyModel.scatter(tensors);
      model.backward();
      Map<String, double[]> all = new TreeMap<>();
      Map<String, Map<String, double[]>> ofEachKind = new TreeMap<>();
      tensors.forEach(
          (name, tensor) -> {
            int size = (int) tensor.getArray().size();
            float[] random = new NamedRandom(3, name).normal(size, 1);
            double[] along = new double[size];
            Arrays.setAll(along, i -> random[i]);
            all.put(name, along);
            double[] unit = new double[size];
            unit[Math.floorMod(name.hashCode(), size)] = 1;
            ofEachKind.putIfAbsent(name.replaceAll("\\d", ""), Map.of(name, unit));
          });
      assertDerivative(model, tensors, all);
      ofEachKind.values().forEach(one -> assertDerivative(model, tensors, one));
    }
  }

  private static void assertDerivative(
      TinyModel model, SortedMap<String, Parameter> tensors, Map<String, double[]> direction) {
    double expected = 0;
    for (Map.Entry<String, double[]> along : direction.entrySet()) {
      double[] g = tensors.get(along.getKey()).getArray().getGradient().toDoubleArray();
      for (int i = 0; i < g.length; i++) {
        expected += g[i] * along.getValue()[i];
      }
    }
    double h = 1e-6;
    double numeric =
        (lossAt(model, tensors, direction, h) - lossAt(model, tensors, direction, -h)) / (2 * h);
    assertEquals(
        numeric, expected, 1e-7 + 1e-6 * Math.abs(expected), () -> "" + direction.keySet());
  }

  private static double lossAt(
      TinyModel model,
      SortedMap<String, Parameter> tensors,
      Map<String, double[]> direction,
      double h) {
    Map<String, double[]> before = new TreeMap<>();
    direction.forEach(
        (name, along) -> {
          NDArray tensor = tensors.get(name).getArray();
          double[] values = tensor.toDoubleArray();
          before.put(name, values.clone());
          Arrays.setAll(values, i -> values[i] + h * along[i]);
          TinyModel.set(tensor, values);
        });
    double loss = model.loss(ForwardPass.training(0, 0));
    before.forEach((name, values) -> TinyModel.set(tensors.get(name).getArray(), values));
    return loss;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void savingAndLoadingKeepsTheFunction(String spec, @TempDir Path folder) {
    Path file = folder.resolve("adapter.safetensors");
    Method method = Methods.parse(spec);
    double[] logits;
    try (TinyModel model = new TinyModel(DataType.FLOAT32);
        Adaptation adaptation = method.applyTo(model.network(), "task", 1)) {
      TinyModel.scatter(adaptation.trainable());
      logits = model.logits();
      AdapterFile.write(file, adaptation.trainable());
    }
    Method again = Methods.parse(method.spec());
    try (TinyModel model = new TinyModel(DataType.FLOAT32);
        Adaptation adaptation = again.applyTo(model.network(), "task", 1)) {
      AdapterFile.read(file, adaptation.trainable());
      assertArrayEquals(logits, model.logits());
    }
  }

  /** A starts with a deviation of 1e-4, so the adapter's branch is next to nothing (facts 1.5). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "compacter[reduction=3]",
        "compacter++[reduction=3]",
        "compacter++[reduction=3,variant=adapterhub]"
      })
  void compacterStartsAtTheBaseModel(String spec) {
    try (TinyModel model = new TinyModel()) {
      double[] before = model.logits();
      try (Adaptation adaptation = Methods.parse(spec).applyTo(model.network(), "task", 1)) {
        assertTrue(adaptation.trainable().containsKey("phm_rule"));
        assertArrayEquals(before, model.logits(), 1e-3);
      }
    }
  }
}
